"""What a person writes on an item: a text to the patient, its taking back, a note, and what is half written."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, defer

from app import db, sealing
from app.web import forms
from app.web.access import allows, me
from escalation_desk import drafts, handling, leaving
from escalation_desk.models import DeskItem
from escalation_desk.views import outspoken, who
from escalation_desk.views.acting import act_on
from escalation_desk.views.typed import Draft

writing = Blueprint("writing", __name__, url_prefix="/desk/items/<int(max=2147483647):item_id>")


@writing.post("/draft")
@allows(*who.WHO_ACTS)
def draft(item_id: int) -> ResponseReturnValue:
    """Keep what stands in one of the page's boxes, until it is sent or emptied."""
    place, words, form = forms.one_of("place", drafts.PLACES), forms.text("words"), forms.text("form")
    return act_on(item_id, "kept", lambda session, at, by: drafts.keep(session, at, by, place, words, form))


@writing.get("/draft")
@allows(*who.WHO_ACTS, watching=True)
def drafted(item_id: int) -> ResponseReturnValue:
    """What this person left unsent on the item, by its box."""
    with sealing.gaps_shown(), db.reading("drafts") as session:
        who.check_acts(me().role, session.get(DeskItem, item_id, options=[defer(DeskItem.note)]))
        return jsonify(drafts.of(session, item_id, me().staff_id))


@writing.post("/reply")
@allows(*who.WHO_ACTS)
def reply(item_id: int) -> ResponseReturnValue:
    """Text the patient; the form knows which number it was shown for, and is good for one text."""
    body, form, number = forms.text("body"), forms.token("form"), forms.row_id("contact_point")
    seen = forms.row_id("seen")

    def act(session: Session, at: int, by: int) -> str | None:
        how = handling.reply(session, at, by, number, body, form, seen)
        drafts.drop(session, at, by, "body")
        return how

    return act_on(item_id, "sent", act, Draft(body=body))


@writing.post("/health-words")
@allows(*who.WHO_ACTS)
def health_words(item_id: int) -> ResponseReturnValue:
    """What of a half-written text tells of health, for the page to point out; kept nowhere."""
    words = forms.text("words")
    with db.reading("health_words") as session:
        who.check_acts(me().role, session.get(DeskItem, item_id, options=[defer(DeskItem.note)]))
        return jsonify(sentence=outspoken.sentence(session, words[: handling.LONGEST_TEXT]))


@writing.post("/take-back")
@allows(*who.WHO_ACTS)
def take_back(item_id: int) -> ResponseReturnValue:
    """Undo: her text has not left yet, and does not."""
    text = forms.row_id("text")
    return act_on(item_id, "taken_back", lambda session, at, by: leaving.take_back(session, at, by, text))


@writing.post("/notes")
@allows(*who.WHO_ACTS)
def note(item_id: int) -> ResponseReturnValue:
    """Write something down that the patient does not see."""
    words, form = forms.text("note"), forms.token("form")

    def act(session: Session, at: int, by: int) -> None:
        handling.write_note(session, at, by, words, form)
        drafts.drop(session, at, by, "note")

    return act_on(item_id, "noted", act, Draft(note=words))
