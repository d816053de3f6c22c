"""The door for status callbacks: signature, shape, then `app.receipts.take`."""

from flask import Blueprint, Response, abort, request

from app import receipts, settings
from app.log import log
from app.web.access import signed
from app.webhooks.form import BadForm, status_report
from app.webhooks.signature import genuine

door = Blueprint("status", __name__)


@door.post("/twilio/status")
@signed
def status() -> Response:
    """Take in what became of a text. 403 for a request that is not Twilio's."""
    current = settings.current()
    if not genuine(request, current):
        log.warning("webhook_refused", path="/twilio/status", reason="signature")
        abort(403)
    try:
        report = status_report(request.form, current, request.args.get("m", ""))
    except BadForm as fault:
        log.warning("webhook_refused", path="/twilio/status", reason=str(fault))
        abort(403)
    receipts.take(report)
    return Response(status=204)
