"""Cancelling and moving an appointment of which its patient was texted: a person tells her what no text will (H43)."""

from datetime import datetime
from operator import le

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import clock, timeline
from app.delivery import receipts
from app.models.appointments import Appointment, Side
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import Patient
from app.outreach import loops, visit_cadence
from app.scheduling import booking, waitlist
from app.talk import matters
from app.talk.conversations import NOT_OUT
from escalation_desk import items, standing
from escalation_desk.models import DeskItem

TELL_FIRST = "The visit was moved. Please tell the patient the new time before you close this."


def cancel(session: Session, appointment_id: int, version: int, staff_id: int, whose: Side | None = None) -> bool:
    """Cancel it, and give somebody the telling when a text about it has left; False when it changed since the form was
    opened. whose: who wanted it so."""
    appointment = session.get_one(Appointment, appointment_id)
    number = loops.hold(session, appointment.patient_id)
    if not booking.cancel(session, appointment_id, version, staff_id, whose):
        return False
    loops.cancelled(session, appointment_id)
    if appointment.starts_at > clock.now() and believed(session, appointment):
        _ask_to_tell(session, appointment, number, "tell_cancelled", staff_id)
    return True


def move(
    session: Session, appointment_id: int, version: int, starts_at: datetime, provider_id: int, location_id: int,
    staff_id: int,
) -> bool:  # fmt: skip
    """Move it, and give somebody the telling when she would hear of it too late; False as above."""
    appointment = session.get_one(Appointment, appointment_id)
    number = loops.hold(session, appointment.patient_id)
    too_late = _hears_too_late(session, appointment, starts_at)
    if not booking.move(session, appointment_id, version, starts_at, provider_id, location_id, staff_id):
        return False
    waitlist.end_for(session, appointment_id, "moved", timeline.by_staff(staff_id))
    if too_late and believed(session, appointment):
        seeking = _seeking_a_time(session, appointment.patient_id)
        if seeking is None:
            _ask_to_tell(session, appointment, number, "tell_moved", staff_id)
        else:  # whoever is finding a time with her tells her; that she was told is hers to say by closing it
            seeking.note = "\n".join(filter(None, (seeking.note, TELL_FIRST)))
    return True


def believed(session: Session, appointment: Appointment) -> bool:
    """Whether a living patient may go by a text about it that has left."""
    asked = select(Conversation.id).where(matters.about(appointment, le))
    left = select(Outbound.id).where(
        or_(Outbound.appointment_id == appointment.id, Outbound.conversation_id.in_(asked)),
        Outbound.state.not_in(NOT_OUT),
    )
    if session.scalar(left.limit(1)) is None:
        return False
    return session.scalar(select(Patient.deceased_on).where(Patient.id == appointment.patient_id)) is None


def _hears_too_late(session: Session, visit: Appointment, starts_at: datetime) -> bool:
    """The cadence asks anew some time before the new hour: at once when that has begun, else it must be a day before
    the old hour, by which she goes until then."""
    now, was = clock.now(), visit.starts_at
    asked = starts_at + visit_cadence.asks(session, visit)[0].at
    return was > now and was != starts_at and asked > max(now, was - receipts.last_question(session, visit))


def _seeking_a_time(session: Session, patient_id: int) -> DeskItem | None:
    """The task of whoever is finding a time with her just now; words are no task and cannot say what is to be done."""
    query = select(DeskItem).where(
        DeskItem.patient_id == patient_id, DeskItem.state != "closed", DeskItem.kind == "task",
        DeskItem.reason.in_(standing.SEEKING_A_TIME),
    )  # fmt: skip
    return session.scalars(query.order_by(DeskItem.id).limit(1).with_for_update()).one_or_none()


def _ask_to_tell(
    session: Session, appointment: Appointment, number: int | None, reason: str, staff_id: int
) -> None:  # fmt: skip
    items.raise_task(
        session, f"{reason}:{appointment.id}:v{appointment.version}", reason, number,
        patient_id=appointment.patient_id, appointment_id=appointment.id, actor=timeline.by_staff(staff_id),
    )  # fmt: skip
