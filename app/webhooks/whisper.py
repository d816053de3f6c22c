"""The door for what a nurse hears before she is connected: signature, shape, then `app.calls.whisper`."""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from app import patience
from app.calls import whisper as calls
from app.log import error_name, log
from app.messaging import twiml
from app.settings import Settings
from app.web import turns
from app.web.access import signed
from app.webhooks.admission import admit
from app.webhooks.call_form import CALL_SID, KEYS, TURN
from app.webhooks.form import TOKEN, BadForm, expect_account, one_or, shaped

door = Blueprint("whisper", __name__)
SECOND_CALL = "outbound-dial"


@dataclass(frozen=True)
class Asked:
    token: str
    turn: int
    keys: str


@door.post("/twilio/whisper")
@signed
def whisper() -> Response:
    """Answer her side of a call. 403 for a request that is not Twilio's, or not for us. Whatever fails connects
    nobody."""
    token, turn = request.args.get("w", ""), request.args.get("t", "")
    asked = admit(lambda ours: _shaped(request.form, ours, token, turn))
    try:
        with patience.at_most(patience.DOOR_SECONDS), turns.for_a_report():
            answered = calls.answer(asked.token, asked.turn, asked.keys)
    except Exception as error:  # noqa: BLE001  (whatever failed, a voicemail must not be connected)
        log.error("call_not_taken_in", error=error_name(error))
        answered = calls.nothing()
    return Response(answered, content_type=twiml.CONTENT_TYPE)


def _shaped(form: "MultiDict[str, str]", settings: Settings, token: str, turn: str) -> Asked:
    expect_account(form, settings)
    shaped(form, "CallSid", CALL_SID)
    if one_or(form, "Direction", "") != SECOND_CALL:
        raise BadForm("Direction is not that of a second call")
    if not TOKEN.fullmatch(token) or not TURN.fullmatch(turn):
        raise BadForm("the address carries no token and turn of ours")
    keys = one_or(form, "Digits", "")
    if not KEYS.fullmatch(keys):
        raise BadForm("Digits are not keys")
    return Asked(token, int(turn), keys)
