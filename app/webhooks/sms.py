"""The door for inbound texts: signature, shape, then `app.inbound.receive`."""

from flask import Blueprint, Response, abort, request

from app import clock, inbound, settings
from app.log import log
from app.messaging import twiml
from app.web.access import signed
from app.webhooks.form import BadForm, inbound_text
from app.webhooks.signature import genuine

door = Blueprint("sms", __name__)


@door.post("/twilio/sms")
@signed
def sms() -> Response:
    """Take in one text. 403 for a request that is not Twilio's, or not for us."""
    current = settings.current()
    if not genuine(request, current):
        log.warning("webhook_refused", path="/twilio/sms", reason="signature")
        abort(403)
    try:
        text = inbound_text(request.form, current, clock.now())
    except BadForm as fault:
        log.warning("webhook_refused", path="/twilio/sms", reason=str(fault))
        abort(403)
    return Response(inbound.receive(text), content_type=twiml.CONTENT_TYPE)
