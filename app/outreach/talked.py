"""What visits were asked about so far: the talks about each of them, the same look for one and for many (H43)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, select, union_all, update
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.conversations import Conversation, ConversationVisit


class Talk(NamedTuple):
    """A talk about a visit in the `version` that was asked about. A whole day's is kept under its first visit."""

    kept_under: int | None
    version: int | None
    begun_at: datetime
    channel: str
    state: str
    ended_as: str | None


def about(session: Session, appointment_ids: Collection[int]) -> dict[int, list[Talk]]:
    """By a visit's id the talks about it, alone or with others of its day, in any version. One that has a seat on a
    shared phone may stand here twice."""
    talk = Conversation.created_at, Conversation.channel, Conversation.state, Conversation.ended_as
    alone = select(Conversation.appointment_id, Conversation.appointment_id, Conversation.appointment_version, *talk)
    beside = select(
        ConversationVisit.appointment_id, Conversation.appointment_id, ConversationVisit.appointment_version, *talk
    ).join(Conversation, Conversation.id == ConversationVisit.conversation_id)
    both: CompoundSelect[Any] = union_all(
        alone.where(Conversation.appointment_id.in_(appointment_ids)),
        beside.where(ConversationVisit.appointment_id.in_(appointment_ids)),
    )
    found: dict[int, list[Talk]] = {each: [] for each in appointment_ids}
    for appointment_id, *row in session.execute(both):
        found[appointment_id].append(Talk._make(row))
    return found


def of_one(session: Session, visit: Appointment) -> Sequence[Talk]:
    """The same of one visit."""
    return about(session, [visit.id])[visit.id]


def hold_again(session: Session, visit: Appointment, asked_as: int) -> None:
    """What she was asked about the visit in the version `asked_as` holds for it again: it lies as it lay then."""
    for table in (Conversation, ConversationVisit):
        session.execute(
            update(table)
            .where(table.appointment_id == visit.id, table.appointment_version == asked_as)
            .values(appointment_version=visit.version)
        )


def as_it_is(talks: Sequence[Talk], visit: Appointment) -> list[Talk]:
    """Those about the visit as it stands now."""
    return [talk for talk in talks if talk.version == visit.version]
