"""Calling the patient of an item through us: the button, and the answer to how it went."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.calls import may_call
from app.web import forms
from app.web.access import allows
from escalation_desk import call_through
from escalation_desk.views.acting import act_on

phoning = Blueprint("phoning", __name__, url_prefix="/desk/items/<int(max=2147483647):item_id>")


@phoning.post("/call")
@allows("nurse")
def call(item_id: int) -> ResponseReturnValue:
    """Her telephone rings; the form is good for one call."""
    form = forms.token("form")
    return act_on(item_id, "call", lambda session, at, by: may_call.press(session, at, by, form))


@phoning.post("/call-result")
@allows("nurse")
def result(item_id: int) -> ResponseReturnValue:
    """How it went, as she says."""
    outgoing, said = forms.row_id("outgoing"), forms.text("result")
    return act_on(item_id, "call_said", lambda session, at, by: call_through.say(session, at, by, outgoing, said))
