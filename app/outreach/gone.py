"""“That time was taken in the EHR”: what we gave is somebody else's, and in one step everybody is where she can be
(issue 8, decision 0064; H43, H47).

The visit goes back to its old hour, if that was given to nobody yet; else it is struck, and its patient is first in
line. Either way she is told, and somebody apologises (app.outreach.apologies).
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import timeline
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.practice import Provider
from app.outreach import apologies, loops
from app.scheduling import booking, ehr, slots, waitlist
from escalation_desk import settling
from escalation_desk.dispositions import SLOT_GONE
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem
from escalation_desk.settling import Ending

CHANGED = "The visit has changed since. Please look at what it is now, and at the newest task about it."
NO_TIME = "There is no time in this task that could be taken: the visit was cancelled."


def settle(session: Session, item_id: int, staff_id: int, ending: Ending, version: int) -> None:
    """Close an item as `settling.close` does; with SLOT_GONE the visit goes back too. Raises Refused."""
    settling.close(session, item_id, staff_id, ending, version)
    if ending.disposition == SLOT_GONE:
        _way_back(session, session.get_one(DeskItem, item_id), timeline.by_staff(staff_id))


def _way_back(session: Session, item: DeskItem, actor: str) -> None:
    """Her number and the item are locked; then the clinicians, then the visit."""
    change = session.scalars(select(VisitChange).where(VisitChange.key == item.key)).one()
    if change.what == "cancelled":
        raise Refused(NO_TIME, "disposition")
    concerned = select(Provider.id).where(Provider.id.in_((change.provider_id, change.was_provider_id)))
    session.execute(concerned.order_by(Provider.id).with_for_update())
    visit = session.get_one(Appointment, change.appointment_id, with_for_update=True, populate_existing=True)
    if visit.state != "booked" or ehr.entry_key(visit) != change.key:
        raise Refused(CHANGED, "disposition")
    old, gone_at = _old_hour(session, change), visit.starts_at
    if old is not None:
        booking.go_back(session, visit, old, actor)
    else:
        booking.strike(session, visit, actor)
        slots.entered(session, change.key, free=False)
        loops.cancelled(session, visit.id)
        waitlist.owe(session, visit.patient_id, actor)
    apologies.owe(session, change.key, visit, gone_at)


def _old_hour(session: Session, change: VisitChange) -> ehr.Was | None:
    if change.was_provider_id is None or change.was_location_id is None or change.was_starts_at is None:
        return None
    was = ehr.Was(change.was_provider_id, change.was_location_id, change.was_starts_at)
    return was if slots.still_freed(session, change.key, was) else None
