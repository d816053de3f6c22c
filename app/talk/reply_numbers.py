"""Reply numbers on a shared phone: each visit has its own, which are no other visit's meanwhile, so that an answer is
tied to a visit without guessing (H25). Whoever comes here holds the number."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import literal, or_, select, update
from sqlalchemy.orm import Session

from app import clock, contact_points
from app.models.appointments import Appointment
from app.models.conversations import Conversation, ConversationVisit
from dialogs.engine.vocabulary import OF_SEVERAL

SHARED = "shared"
"""What a dialog is about that asks everybody behind a number, each visit by itself."""
SEATS = len(OF_SEVERAL[SHARED])
KEPT = timedelta(days=14)
"""How long after a question nobody else gets its numbers: an answer so late goes to people anyway, and changes
nothing."""


class Seated(NamedTuple):
    """A visit with its seat, in the version that was asked about, and whose it is."""

    seat: int
    appointment_id: int
    version: int
    patient_id: int

    @property
    def which(self) -> str:
        """The fact that names it."""
        return OF_SEVERAL[SHARED][self.seat - 1]


def seats_for(session: Session, contact_point_id: int, appointment_ids: Sequence[int]) -> Mapping[int, int]:
    """A seat for each visit, in their order: the one it has had on this number, or one that no other visit has had
    lately. Visits for which none is left are left out."""
    since = clock.now() - KEPT
    had = (
        select(ConversationVisit.appointment_id, ConversationVisit.seat)
        .join(Conversation, Conversation.id == ConversationVisit.conversation_id)
        .where(
            Conversation.contact_point_id == contact_point_id,
            Conversation.created_at > since,
            ConversationVisit.seat.is_not(None),
        )
    )
    taken: dict[int, int] = {row.appointment_id: row.seat for row in session.execute(had)}
    free = [seat for seat in range(1, SEATS + 1) if seat not in taken.values()]
    found = {}
    for each in appointment_ids:
        if each in taken:
            found[each] = taken[each]
        elif free:
            found[each] = free.pop(0)
    return found


def open_in(
    session: Session, conversation: Conversation, patient_id: int | None = None, *, answered: bool = False
) -> list[Seated]:  # fmt: skip
    """The visits that a conversation still waits for an answer to, of those whom the number reaches now; or of one
    patient alone. `answered`: those that it has the answer to as well."""
    query = (
        select(
            ConversationVisit.seat, ConversationVisit.appointment_id, ConversationVisit.appointment_version,
            Appointment.patient_id,
        )
        .join(Appointment, Appointment.id == ConversationVisit.appointment_id)
        .where(
            ConversationVisit.conversation_id == conversation.id,
            ConversationVisit.seat.is_not(None),
            or_(ConversationVisit.answered_at.is_(None), literal(answered)),
        )
        .order_by(ConversationVisit.seat)
    )  # fmt: skip
    behind = contact_points.ids_behind(session, conversation.contact_point_id)
    found = [Seated._make(row) for row in session.execute(query)]
    return [each for each in found if each.patient_id in ({patient_id} & {*behind} if patient_id else behind)]


def at(session: Session, conversation: Conversation, which: str | None, *, answered: bool = False) -> Seated | None:
    """The visit that a choice stands for, if it waits for an answer; with `answered`, also if it does not any more."""
    seated = open_in(session, conversation, answered=answered) if which in OF_SEVERAL[SHARED] else []
    return next((each for each in seated if each.which == which), None)


def settle(session: Session, conversation: Conversation, seated: Seated) -> None:
    """It waits no more in this conversation."""
    mine = (
        ConversationVisit.conversation_id == conversation.id,
        ConversationVisit.appointment_id == seated.appointment_id,
    )
    session.execute(update(ConversationVisit).where(*mine).values(answered_at=clock.now()))
