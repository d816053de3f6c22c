"""The door for inbound texts: signature, shape, then `app.inbound.receiving.receive`."""

from flask import Blueprint, Response, abort, request

from app import clock, patience
from app.inbound import outage, receiving
from app.inbound.scene import InboundText
from app.log import error_name, log
from app.messaging import twiml
from app.spool import NoSpool
from app.web import turns
from app.web.access import signed
from app.webhooks.admission import admit
from app.webhooks.form import inbound_text

door = Blueprint("sms", __name__)


@door.post("/twilio/sms")
@signed
def sms() -> Response:
    """Take in one text. 403 for a request that is not Twilio's, or not for us."""
    text = admit(lambda ours: inbound_text(request.form, ours, clock.now()))
    return Response(_take_in(text), content_type=twiml.CONTENT_TYPE)


def _take_in(text: InboundText) -> str:
    """Into the database; else into the spool; else 503, so that the carrier turns to its fallback (H58)."""
    try:
        with patience.at_most(patience.DOOR_SECONDS), turns.for_a_text(text.from_number):
            return receiving.receive(text)
    except Exception as error:  # noqa: BLE001  (whatever failed, the words are kept and a fixed text answers)
        log.error("text_not_taken_in", error=error_name(error))
    try:
        return outage.answer(text)
    except (NoSpool, OSError) as error:
        log.error("text_not_kept", error=error_name(error))
        abort(503)
