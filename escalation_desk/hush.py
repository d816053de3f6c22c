"""What goes on once a clinical item holds outreach back no more (P13)."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.models.conversations import Conversation
from app.models.patients import Patient, PatientContactPoint
from escalation_desk.models import DeskItem


def restart_timers(session: Session, item: DeskItem, hushed_at: datetime | None) -> None:
    """Dialog timers of the number and the patient stood still during the hush: what was left of the wait is left
    still (P13)."""
    if hushed_at is None:
        return
    held = or_(Conversation.contact_point_id == item.contact_point_id, Conversation.patient_id.in_(_hushed(item)))
    for conversation in session.scalars(select(Conversation).where(held, Conversation.state == "live")):
        if conversation.silent_at is not None:
            conversation.silent_at += clock.now() - max(hushed_at, conversation.asked_at)
    session.flush()


def _hushed(item: DeskItem) -> Select[int]:
    """Whom the item's hush holds for: the patient it names, and everyone behind its number (see items.hushed)."""
    behind = PatientContactPoint.contact_point_id == item.contact_point_id
    return select(Patient.id).where(
        or_(Patient.id == item.patient_id, Patient.id.in_(select(PatientContactPoint.patient_id).where(behind)))
    )
