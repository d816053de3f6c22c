"""“Also wrote: 1”: carrying out the choice beside clinical words, for the person who has their item."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, timeline
from app.library import versions
from app.models.conversations import Conversation
from app.talk import conversations
from dialogs.engine.vocabulary import PEOPLE
from escalation_desk import handling, holding, items


def do_also(session: Session, item_id: int, exchange_id: int, staff_id: int) -> str | None:
    """Let the dialog answer the choice that a clinical text “also wrote”. Where the dialog hands over to people, a task
    says so to them as it does to her (P7); returns why, None when the dialog went on alone. Raises Refused when the
    conversation has moved on since, or it was done already."""
    words = handling.owned_words(session, item_id, exchange_id, staff_id)
    proposed = words.also_wrote
    if proposed is None or words.also_done_at is not None or proposed.get("answered"):
        raise holding.Refused("There is nothing left to do here.")
    query = select(Conversation).where(Conversation.id == proposed["conversation"]).with_for_update()
    conversation = session.scalars(query).one()
    if conversation.state != "live" or conversation.turn != proposed["turn"]:
        raise holding.Refused("The conversation has gone on since. Please settle it with the patient.")
    dialog = versions.pinned(session, conversation.dialog, conversation.dialog_version)
    waits = conversations.Waiting(conversation, dialog, clock.now())
    chosen = _Chosen("routine", "choose", str(proposed["choice"]))
    words.also_done_at = clock.now()
    session.flush()
    people = conversations.answer(session, waits, chosen, exchange_id, timeline.by_staff(staff_id))
    if people is not None:
        items.raise_task(
            session, f"also:{exchange_id}", people, conversation.contact_point_id,
            list_name="nurses" if PEOPLE.get(people) == "nurses" else "front_desk",
            patient_id=conversation.patient_id, conversation_id=conversation.id,
            appointment_id=conversation.appointment_id, actor=timeline.by_staff(staff_id),
        )  # fmt: skip
    return people


@dataclass(frozen=True)
class _Chosen:
    lane: str
    intent: str
    value: str | None
