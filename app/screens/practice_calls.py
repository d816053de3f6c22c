"""What a manager chooses about calls, on the page of the on-call calendar: nurses rung, messages taken and kept."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.calls import messages
from app.screens import on_call
from app.screens.roles import READS
from app.web import forms
from app.web.access import allows, me
from escalation_desk import nurse_rings

blueprint = Blueprint("practice_calls", __name__, url_prefix="/on-call")


@blueprint.post("/on-the-line")
@allows(*on_call.CHANGES)
def on_the_line() -> ResponseReturnValue:
    """Whether nurses are rung for who speaks of health on a call, while the caller waits."""
    rings = forms.one_of("rings", ("yes", "no"))
    with db.transaction("on_call.on_the_line") as session:
        nurse_rings.choose(session, me().staff_id, rings=rings == "yes")
    return _done("on_the_line")


@blueprint.post("/messages")
@allows(*on_call.CHANGES)
def take_messages() -> ResponseReturnValue:
    """Whether callers whom nobody answers may leave a message."""
    takes = forms.one_of("takes", ("yes", "no"))
    with db.transaction("on_call.messages") as session:
        messages.choose(session, me().staff_id, takes=takes == "yes")
    return _done("on_the_line")


@blueprint.post("/messages/kept")
@allows(*on_call.CHANGES)
def keep_messages() -> ResponseReturnValue:
    """How long the sound of messages is kept."""
    days = forms.one_of("days", [str(each) for each in messages.KEPT_DAYS])
    with db.transaction("on_call.keep_messages") as session:
        messages.choose_days(session, me().staff_id, int(days))
    return _done("kept")


@blueprint.get("/on-the-line", endpoint="back_from_on_the_line")
@blueprint.get("/messages", endpoint="back_from_messages")
@blueprint.get("/messages/kept", endpoint="back_from_keeping")
@allows(*READS)
def back() -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads back to the page."""
    return redirect(url_for("on_call.show"), 303)


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for("on_call.show", done=what), 303)
