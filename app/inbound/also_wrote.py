"""The choice that words for people were, or would have been: what the item shows beside them."""

import re
from typing import Any

from sqlalchemy.orm import Session

from app.inbound import named
from app.inbound.scene import Scene
from app.models.conversations import Conversation
from app.talk import conversations, reply_numbers, saying
from dialogs.engine import turn
from dialogs.engine.model import Choice
from escalation_desk.classifier import Reading

ADDRESSED = re.compile(r"^\{practice\}: (?:\{first_name\}, )?|[^.?!]*\{\w+\}[^.?!]*[.?!] ?")
"""Of a question: whom it names, and sentences that a fact stands in."""


def proposed(session: Session, scene: Scene, reading: Reading) -> dict[str, Any] | None:
    """The choice her words would have meant, for a person to do with one key; none if she wrote before the question
    left, or if somebody else behind the number seems to answer."""
    waits = scene.waiting
    if waits is None or waits.asked_at is None or waits.asked_at > scene.text.received_at:
        return None
    if waits.conversation.state != "live":  # a doubt whose number it is has ended it
        return None
    choice = turn.picks(waits.dialog, waits.place, reading)
    if choice is None:
        return None
    if by_another(session, scene, waits.conversation, choice):
        return None
    return _chosen(session, waits, choice, reading)


def answered(
    session: Session, waits: conversations.Waiting, place: turn.Place, reading: Reading
) -> dict[str, Any] | None:  # fmt: skip
    """The choice that her words were at `place`, with the question: a bare 2 tells nothing to whoever reads it."""
    choice = turn.picks(waits.dialog, place, reading)
    if choice is None:
        return None
    asked = ADDRESSED.sub("", waits.dialog.states[place.state].say.get("en", ""))
    return {**_chosen(session, waits, choice, reading), "answered": True, "asked": asked}


def _chosen(session: Session, waits: conversations.Waiting, choice: Choice, reading: Reading) -> dict[str, Any]:
    seated = reply_numbers.at(session, waits.conversation, choice.which, answered=True)
    return {
        "conversation": waits.conversation.id,
        "turn": waits.conversation.turn,
        "choice": choice.number,
        "wrote": reading.intent == "choose",  # the number itself, not words that mean it
        "label": saying.label(session, waits.conversation, waits.dialog, choice, "en"),
        "appointment": seated.appointment_id if seated else waits.conversation.appointment_id,
    }


def by_another(session: Session, scene: Scene, asked: Conversation, choice: Choice) -> bool:
    """Whether somebody else behind the number seems to answer than the patient whose visit the choice is about."""
    seated = reply_numbers.at(session, asked, choice.which, answered=True)
    whose = seated.patient_id if seated else asked.patient_id
    behind = [patient.id for patient in scene.patients]
    return len(behind) > 1 and named.another(session, scene.text.body, whose, behind)
