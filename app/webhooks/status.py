"""The door for status callbacks: signature, shape, then `app.receipts.take`."""

from flask import Blueprint, Response, request

from app import patience, receipts
from app.web.access import signed
from app.webhooks.admission import admit
from app.webhooks.form import status_report

door = Blueprint("status", __name__)


@door.post("/twilio/status")
@signed
def status() -> Response:
    """Take in what became of a text. 403 for a request that is not Twilio's; an error, and soon, when it cannot be
    kept: a text in doubt is then looked for in the carrier's list."""
    report = admit(lambda ours: status_report(request.form, ours, request.args.get("m", "")))
    with patience.at_most(patience.DOOR_SECONDS):
        receipts.take(report)
    return Response(status=204)
