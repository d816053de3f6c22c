"""The door for status callbacks, of texts and of calls: signature, shape, then whoever keeps what became of them."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from app import clock, patience
from app.calls import messages, reports
from app.delivery import receipts
from app.log import error_name, log
from app.web import turns
from app.web.access import signed
from app.webhooks.admission import admit
from app.webhooks.call_form import call_report, recording_of
from app.webhooks.form import status_report

door = Blueprint("status", __name__)


@door.post("/twilio/status")
@signed
def status() -> Response:
    """Take in what became of a text or a call. 403 for a request that is not Twilio's; an error, and soon, when it
    cannot be kept: a text in doubt is then looked for in the carrier's list, a call without an end is over in time."""
    if "RecordingStatus" in request.form:
        sid = admit(lambda ours: recording_of(request.form, ours))
        return _taken(lambda: messages.reported(sid))
    if "CallSid" in request.form:
        call = admit(lambda ours: call_report(request.form, ours, request.args.get("c", "")))
        return _taken(lambda: reports.take(call, clock.now()))
    report = admit(lambda ours: status_report(request.form, ours, request.args.get("m", "")))
    return _taken(lambda: receipts.take(report))


def _taken(take: Callable[[], object]) -> Response:
    try:
        with patience.at_most(patience.DOOR_SECONDS), turns.for_a_report():
            take()
    except turns.TooMany as error:
        log.error("report_not_taken_in", error=error_name(error))
        abort(503)
    return Response(status=204)
