"""Whether somebody said that a number is not its patient's: until that is settled nothing we begin goes there (H26).

It is settled by the one question that we ask back (the dialog of that name), or by the person who has the task.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app import clock
from app.models.conversations import Conversation
from dialogs.engine.vocabulary import WRONG_NUMBER
from escalation_desk import items
from escalation_desk.models import DeskItem

ONCE_IN = timedelta(days=7)
"""Whoever answers our question with yes, and says the same again, is for a person."""


def doubted(session: Session, contact_point_id: int) -> bool:
    """While the question waits, or a person has it."""
    return contact_point_id in among(session, [contact_point_id])


def among(session: Session, numbers: Collection[int]) -> set[int]:
    """Those of the numbers of which that is so."""
    asked = select(Conversation.contact_point_id).where(
        Conversation.contact_point_id.in_(numbers), Conversation.state == "live", Conversation.dialog == WRONG_NUMBER
    )
    task = select(DeskItem.contact_point_id).where(
        DeskItem.contact_point_id.in_(numbers), DeskItem.state != "closed", DeskItem.kind == "task",
        DeskItem.reason == WRONG_NUMBER,
    )  # fmt: skip
    return {number for number in session.scalars(union(asked, task)) if number is not None}


def asked_lately(session: Session, contact_point_id: int) -> bool:
    """Whether the question went there in the last days: it is asked once."""
    query = select(Conversation.id).where(
        Conversation.contact_point_id == contact_point_id, Conversation.dialog == WRONG_NUMBER,
        Conversation.created_at > clock.now() - ONCE_IN,
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None


def give_to_person(session: Session, contact_point_id: int, patient_id: int | None, exchange_id: int) -> None:
    """Nobody knows for sure, so the front desk finds out; one task for a number at a time."""
    if not doubted(session, contact_point_id):
        items.raise_task(
            session, f"{WRONG_NUMBER}:exchange:{exchange_id}", WRONG_NUMBER, contact_point_id, patient_id=patient_id
        )
