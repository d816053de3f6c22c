"""What a conversation is about: the visit that its texts name, be it an appointment or a time that is offered, and the
other visits of that day that it asks about in the same breath."""

from collections.abc import Callable
from operator import eq
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.conversations import Conversation, ConversationVisit
from app.scheduling import booking, offers
from app.scheduling.booking import Visit
from app.talk import reply_numbers
from dialogs.engine.model import Dialog
from dialogs.engine.vocabulary import OF_SEVERAL

OFFER, DAY = "offer", "day"
"""What a dialog is about that offers times, and one that asks about several visits of one day."""


class Asked(NamedTuple):
    """An appointment as it was when it was asked about."""

    appointment_id: int
    version: int


def visit(session: Session, conversation: Conversation) -> Visit | None:
    """Its appointment as it stands now, or the time that it offers; None for a talk about neither."""
    if conversation.appointment_id is not None:
        return booking.visit(session, conversation.appointment_id)
    offer = offers.of_conversation(session, conversation.id)
    return offers.visit(session, offer) if offer is not None else None


def asked(session: Session, conversation: Conversation) -> list[Asked]:
    """Every appointment that it asks about, its own first."""
    if conversation.appointment_id is None or conversation.appointment_version is None:
        return []
    beside = select(ConversationVisit.appointment_id, ConversationVisit.appointment_version).where(
        ConversationVisit.conversation_id == conversation.id
    )
    own = Asked(conversation.appointment_id, conversation.appointment_version)
    return [*dict.fromkeys([own, *map(Asked._make, session.execute(beside.order_by(ConversationVisit.id)))])]


def visits(session: Session, conversation: Conversation) -> list[Visit]:
    """All that its texts name, as they stand now, the soonest first: every visit that it asks about, or all times that
    it offers."""
    found = [booking.visit(session, each.appointment_id) for each in asked(session, conversation)]
    if not found and (offer := offers.of_conversation(session, conversation.id)) is not None:
        found = list(offers.visits(session, offer).values())
    return sorted(found, key=lambda each: each.starts_at)


def lacking(
    session: Session, conversation: Conversation, dialog: Dialog, patient_id: int | None = None
) -> frozenset[str]:  # fmt: skip
    """Of several things that the dialog's choices may stand for those that this conversation does not have, or not any
    more. `patient_id`: of a shared phone only her visits are there."""
    if dialog.about == reply_numbers.SHARED:
        there = {each.which for each in reply_numbers.open_in(session, conversation, patient_id)}
        return frozenset(OF_SEVERAL[reply_numbers.SHARED]) - there
    offer = offers.of_conversation(session, conversation.id) if dialog.about == OFFER else None
    if offer is None:
        return frozenset()
    numbers = offers.visits(session, offer)
    return frozenset(fact for number, fact in enumerate(OF_SEVERAL[OFFER], start=1) if number not in numbers)


def about(visit: Appointment, compare: Callable[[Any, Any], Any] = eq) -> ColumnElement[bool]:
    """As a condition: conversations about a visit, alone or with others of its day, in a version that compares so with
    the one that it has."""
    # each by its own index: a condition that is the one or the other reads all talks there ever were
    beside = select(ConversationVisit.conversation_id).where(
        ConversationVisit.appointment_id == visit.id, compare(ConversationVisit.appointment_version, visit.version)
    )
    alone = select(Conversation.id).where(
        Conversation.appointment_id == visit.id, compare(Conversation.appointment_version, visit.version)
    )
    return Conversation.id.in_(union_all(alone, beside))
