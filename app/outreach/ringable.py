"""Whether a matter is asked about by a call of ours: who agreed to calls, who prefers them, who hung up on one."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.calls import OutgoingCall
from app.models.conversations import Conversation
from app.models.follow_ups import FollowUp
from app.models.patients import ContactPoint, Patient, PatientContactPoint
from dialogs.engine.cadences import BY_CALL, Step, without_calls

VOICE = "voice"


def agreed(patient_id: object) -> ColumnElement[bool]:
    """As a condition: whether a number of hers agreed to calls of ours."""
    hers = select(ContactPoint.id).join(PatientContactPoint, PatientContactPoint.contact_point_id == ContactPoint.id)
    return exists(hers.where(PatientContactPoint.patient_id == patient_id, ContactPoint.calls_agreed_at.is_not(None)))


def ladder(session: Session, patient_id: int, steps: Sequence[Step]) -> Sequence[Step]:
    """The steps that there are for her: calls only for whoever agreed to them."""
    has_calls = any(step.by == BY_CALL for step in steps)
    return steps if not has_calls or session.scalar(select(agreed(patient_id))) else without_calls(steps)


def may_be_rung(patient: Patient, point: ContactPoint | None) -> bool:
    """Whether our system may ring her at all: her number agreed to it and did not ask for silence, and there is a birth
    date to know her by, without which nothing could be told."""
    return (
        point is not None and point.calls_agreed_at is not None and point.opted_out_at is None
        and patient.birth_date is not None
    )  # fmt: skip


def for_visit(session: Session, step: Step, patient: Patient, point: ContactPoint | None, visit: Appointment) -> bool:
    """Whether this step rings her about a visit as it is; whoever hung up on a call about it is asked otherwise."""
    about = OutgoingCall.appointment_id == visit.id, OutgoingCall.appointment_version == visit.version
    return _wanted(step, patient, point) and not _hung_up_on(session, *about)


def for_need(session: Session, step: Step, patient: Patient, point: ContactPoint | None, row: FollowUp) -> bool:
    """The same about a follow-up."""
    talks = select(Conversation.id).where(Conversation.follow_up_id == row.id)
    return _wanted(step, patient, point) and not _hung_up_on(session, OutgoingCall.conversation_id.in_(talks))


def for_offer(patient: Patient, point: ContactPoint) -> bool:
    """Whether she is rung about times that she waits for: who would rather be called, and whoever has no number that
    takes texts."""
    return (patient.channel == VOICE or point.cannot_text is not None) and may_be_rung(patient, point)


def _wanted(step: Step, patient: Patient, point: ContactPoint | None) -> bool:
    return (step.by == BY_CALL or patient.channel == VOICE) and may_be_rung(patient, point)


def _hung_up_on(session: Session, *which: ColumnElement[bool]) -> bool:
    """Whether somebody hung up on an earlier call about it: that is an answer, and she is not rung for it again."""
    query = select(OutgoingCall.id).where(OutgoingCall.came_of == "hung_up", *which)
    return session.scalar(query.limit(1)) is not None
