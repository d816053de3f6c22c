"""“That time was taken in the EHR”: what we gave is somebody else's, and in one step everybody is where she can be
(issue 8, decision 0064; H43, H47).

The visit goes back to its old hour, if that was given to nobody yet; else it is struck, and its patient is first in
line. Either way she is told, and somebody apologises (app.outreach.apologies).
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import timeline
from app.models.changes import VisitChange
from app.outreach import apologies, loops
from app.scheduling import booking, ehr, slots, waitlist, way_back
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
    visit = way_back.visit_as_left(session, change)
    if visit is None:
        raise Refused(CHANGED, "disposition")
    old, was = way_back.old_hour(session, change, item), ehr.Was.of(visit)
    if old is not None:
        booking.go_back(session, visit, old, actor)
    else:
        booking.strike(session, visit, actor)
    slots.close_freed(session, visit)
    ehr.tell(session, visit, was, actor)
    if old is None:
        slots.entered(session, change.key, free=False)
        loops.cancelled(session, visit.id)
        waitlist.owe(session, visit.patient_id, actor)
    apologies.owe(session, change.key, visit, was.starts_at)
