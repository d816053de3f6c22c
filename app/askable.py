"""Whether a patient may be asked about an appointment now, and the first reason against it (P9, P13, H43)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app import quiet_hours
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.patients import ContactPoint, Patient
from app.models.practice import Practice
from escalation_desk import hush

QUESTIONS_APART = timedelta(minutes=10)
NEVER = datetime.min.replace(tzinfo=UTC)
LAST_CALL = timedelta(hours=2)
"""A confirmation is pointless later than this before the visit."""

UNANSWERED = (
    "unanswered", "asked_again", "not_delivered", "withheld",
    "opted_out", "number_detached", "do_not_contact", "deceased",
)  # fmt: skip
"""Ends of a conversation after which the next step of the cadence still asks: nobody answered. What stood against
asking may be gone by then (START, a new number, an error put right); if it stands, the step says so."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a step, and why: the reason that is kept. `until`: when it
    need wait no longer, if that is known."""

    state: str  # begun | waiting | dropped | task
    reason: str
    until: datetime | None = None


def judge(
    session: Session, appointment: Appointment, patient: Patient, point: ContactPoint | None, at: datetime
) -> Decision:
    """What may be done at a moment, as the rows stand now; the first reason against it is the one that is kept."""
    if patient.deceased_on is not None or patient.do_not_contact:
        return Decision("dropped", "do_not_contact")
    if point is None:
        return Decision("task", "no_number")
    if point.opted_out_at is not None or point.cannot_text is not None:
        if hush.hushed(session, point.id, patient.id):  # nobody calls beside the nurses, as long as it can wait
            return Decision("waiting", "hushed")
        return Decision("task", "opted_out" if point.opted_out_at is not None else "cannot_text")
    if appointment.starts_at - at < LAST_CALL:
        return Decision("dropped" if _asked(session, appointment) else "task", "too_late")
    if _answered(session, appointment):
        return Decision("dropped", "answered")
    return _must_wait(session, patient, point, at) or Decision("begun", "due")


def _must_wait(session: Session, patient: Patient, point: ContactPoint, at: datetime) -> Decision | None:
    """Why it may not be asked just then, though it may later."""
    if hush.hushed(session, point.id, patient.id):
        return Decision("waiting", "hushed")
    practice = session.scalars(select(Practice).limit(1)).one()
    zone = ZoneInfo(patient.time_zone or practice.time_zone)
    opens = quiet_hours.next_opening(at, zone, practice.quiet_until, practice.quiet_from)
    if opens is not None:
        return Decision("waiting", "quiet_hours", opens)
    apart = _last_asked(session, point.id) + QUESTIONS_APART
    return Decision("waiting", "another_question", apart) if apart > at else None


def _answered(session: Session, appointment: Appointment) -> bool:
    """Whether an earlier step got an answer that staff have now (another time, a person): nagging ends there."""
    return _asked(session, appointment, Conversation.state == "ended", Conversation.ended_as.not_in(UNANSWERED))


def _asked(session: Session, appointment: Appointment, *and_then: ColumnElement[bool]) -> bool:
    """Whether a question about the appointment as it is was ever opened, with what came of it."""
    query = select(Conversation.id).where(
        Conversation.appointment_id == appointment.id,
        Conversation.appointment_version == appointment.version,
        *and_then,
    )
    return session.scalar(query.limit(1)) is not None


def _last_asked(session: Session, contact_point_id: int) -> datetime:
    """Two questions within ten minutes to one number never share digits (DESIGN 2)."""
    query = select(func.max(Conversation.asked_at)).where(Conversation.contact_point_id == contact_point_id)
    return session.scalar(query) or NEVER
