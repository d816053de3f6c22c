"""Closing an item, handing it to the other list, taking either back; and what ends all texts."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inbound.no_texts import as_judged, as_written
from app.outreach import gone
from app.web import forms
from app.web.access import allows
from escalation_desk import drafts, handing, resting, settling
from escalation_desk.models import LISTS, DeskItem
from escalation_desk.views import who
from escalation_desk.views.acting import act_on
from escalation_desk.views.typed import Draft

settle = Blueprint("settle", __name__, url_prefix="/desk/items/<int(max=2147483647):item_id>")


@settle.post("/move")
@allows(*who.WHO_ACTS)
def move(item_id: int) -> ResponseReturnValue:
    """“This is clinical”, or with a reason to the front desk."""
    to, typed = forms.one_of("to", LISTS), Draft(why=forms.text("why"))
    if to == "nurses":
        return act_on(item_id, "moved", settling.call_clinical)
    version = forms.row_id("version")

    def act(session: Session, at: int, by: int) -> None:
        settling.call_administrative(session, at, by, version, typed.why)
        drafts.drop(session, at, by, "why")

    return act_on(item_id, "moved", act, typed)


@settle.post("/rest")
@allows(*who.WHO_ACTS)
def rest(item_id: int) -> ResponseReturnValue:
    """It waits for something: let it rest for some minutes."""
    typed, minutes = Draft(rest_why=forms.text("rest_why")), forms.row_id("rest_minutes")
    provider = forms.row_id("rest_for") if forms.text("rest_for") else None

    def act(session: Session, at: int, by: int) -> None:
        resting.rest(session, at, by, minutes, typed.rest_why, provider)
        drafts.drop(session, at, by, "rest_why")

    return act_on(item_id, "rests", act, typed)


@settle.post("/hand")
@allows(*who.WHO_ACTS)
def hand(item_id: int) -> ResponseReturnValue:
    """To a colleague by name, with what she is to know."""
    typed, to = Draft(hand_why=forms.text("hand_why")), forms.row_id("hand_to") if forms.text("hand_to") else 0

    def act(session: Session, at: int, by: int) -> None:
        roles = who.ACTS[session.get_one(DeskItem, at).list]
        handing.hand_to(session, at, by, to, typed.hand_why, roles)
        drafts.drop(session, at, by, "hand_why")

    return act_on(item_id, "handed", act, typed)


@settle.post("/close")
@allows(*who.WHO_ACTS)
def close(item_id: int) -> ResponseReturnValue:
    """Close with what was done; outreach resumes."""
    typed = Draft(
        closing_note=forms.text("closing_note"), task_note=forms.text("task_note"),
        disposition=forms.text("disposition"),
    )  # fmt: skip
    version = forms.row_id("version")
    ending = settling.Ending(typed.disposition, typed.closing_note, typed.task_note)

    def act(session: Session, at: int, by: int) -> None:
        gone.settle(session, at, by, ending, version)
        for place in ("closing_note", "task_note", "why"):
            drafts.drop(session, at, by, place)

    return act_on(item_id, "closed", act, typed)


@settle.post("/reopen")
@allows(*who.WHO_ACTS)
def reopen(item_id: int) -> ResponseReturnValue:
    """Open a closed item again, and have it."""
    return act_on(item_id, "reopened", settling.reopen)


@settle.post("/no-texts")
@allows(*who.WHO_ACTS)
def no_texts(item_id: int) -> ResponseReturnValue:
    """Words beside others were meant as STOP too; without words, because who has the item says so."""
    if not forms.text("exchange"):
        return act_on(item_id, "stopped", as_judged)
    exchange = forms.row_id("exchange")
    return act_on(item_id, "stopped", lambda session, at, by: as_written(session, at, exchange, by))
