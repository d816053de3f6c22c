"""The way back from a change of a visit that must not stand: its time was taken in the EHR, or it was a mistake (H43,
H47)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.practice import Provider
from app.scheduling import ehr, slots
from escalation_desk.models import DeskItem


def visit_as_left(session: Session, change: VisitChange) -> Appointment | None:
    """The visit as this change left it, locked after its clinicians; None when it is not so any more."""
    concerned = select(Provider.id).where(Provider.id.in_((change.provider_id, change.was_provider_id)))
    session.execute(concerned.order_by(Provider.id).with_for_update())
    visit = session.get_one(Appointment, change.appointment_id, with_for_update=True, populate_existing=True)
    return visit if visit.state == "booked" and ehr.entry_key(visit) == change.key else None


def old_hour(session: Session, change: VisitChange, task: DeskItem) -> ehr.Was | None:
    """Where it lay before, if nobody has been given that hour. Once somebody has said that the EHR knows, somebody may
    have it there."""
    if change.was_provider_id is None or change.was_location_id is None or change.was_starts_at is None:
        return None
    was = ehr.Was(change.was_provider_id, change.was_location_id, change.was_starts_at)
    never_entered = task.times_opened == 1
    return was if slots.still_nobodys(session, change.key, was, let_go_too=never_entered) else None
