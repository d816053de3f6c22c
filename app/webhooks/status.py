"""The door for status callbacks: signature, shape, then `app.receipts.take`."""

from flask import Blueprint, Response, request

from app import receipts
from app.web.access import signed
from app.webhooks.admission import admit
from app.webhooks.form import status_report

door = Blueprint("status", __name__)


@door.post("/twilio/status")
@signed
def status() -> Response:
    """Take in what became of a text. 403 for a request that is not Twilio's."""
    receipts.take(admit(lambda ours: status_report(request.form, ours, request.args.get("m", ""))))
    return Response(status=204)
