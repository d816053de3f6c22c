"""The door for calls: signature, shape, then `app.calls.turns.receive`; whoever calls is always answered."""

from flask import Blueprint, Response, request

from app import clock, patience
from app.calls import turns as calls
from app.calls.hearing import Turn
from app.inbound import outage
from app.log import error_name, log
from app.messaging import twiml
from app.web import turns
from app.web.access import signed
from app.webhooks.admission import admit
from app.webhooks.call_form import call_turn

door = Blueprint("voice", __name__)


@door.post("/twilio/voice")
@signed
def voice() -> Response:
    """Answer one turn of a call. 403 for a request that is not Twilio's, or not for us."""
    at, token = request.args.get("t", "0"), request.args.get("c", "")
    staff = request.args.get("staff") == "1"
    turn = admit(lambda ours: call_turn(request.form, ours, at, clock.now(), token, staff=staff))
    return Response(_take_in(turn), content_type=twiml.CONTENT_TYPE)


def _take_in(turn: Turn) -> str:
    """Into the database; else into the spool; in any case she hears whom to call, and is connected (DESIGN 8)."""
    try:
        with patience.at_most(patience.DOOR_SECONDS), turns.for_a_text(turn.from_number):
            return calls.receive(turn)
    except Exception as error:  # noqa: BLE001  (whatever failed, somebody is on the line)
        log.error("call_not_taken_in", error=error_name(error))
    return outage.answer_call(turn)
