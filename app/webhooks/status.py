"""The door for status callbacks: signature, shape, then `app.receipts.take`."""

from flask import Blueprint, Response, abort, request

from app import patience, receipts
from app.log import error_name, log
from app.web import turns
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
    try:
        with patience.at_most(patience.DOOR_SECONDS), turns.for_a_report():
            receipts.take(report)
    except turns.TooMany as error:
        log.error("report_not_taken_in", error=error_name(error))
        abort(503)
    return Response(status=204)
