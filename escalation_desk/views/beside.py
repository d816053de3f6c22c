"""What stands beside an item: other open ones of the same number or patient, and whether our last text arrived."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from app.models.outbox import Outbound
from app.web.reasons import REASONS
from escalation_desk.models import DeskItem
from escalation_desk.views import who

LISTS = {"nurses": "nurses", "front_desk": "front desk"}


@dataclass(frozen=True, slots=True)
class Other:
    """Another open item; `item_id` is None where this person may not look."""

    item_id: int | None
    what: str
    list: str


def others(session: Session, item: DeskItem, role: str) -> list[Other]:
    """Open items of the same number or patient, the oldest first."""
    same = [DeskItem.contact_point_id == item.contact_point_id] if item.contact_point_id is not None else []
    same += [DeskItem.patient_id == item.patient_id] if item.patient_id is not None else []
    if not same:
        return []
    query = select(DeskItem).where(DeskItem.state != "closed", DeskItem.id != item.id, or_(*same))
    found = session.scalars(query.order_by(DeskItem.opened_at, DeskItem.id).options(defer(DeskItem.note)))
    return [_other(each, role) for each in found]


def last_text_failed(session: Session, item_id: int) -> bool:
    """Whether what a colleague wrote last from this item did not reach the patient."""
    query = select(Outbound.state).where(Outbound.desk_item_id == item_id, Outbound.staff_id.is_not(None))
    return session.scalar(query.order_by(Outbound.id.desc()).limit(1)) in ("failed", "withheld")


def _other(item: DeskItem, role: str) -> Other:
    if not who.may_see(role, item.list):
        return Other(None, "The nurses have words of this patient", LISTS[item.list])
    what = REASONS.get(item.reason, "something is to be done")
    return Other(item.id, what[:1].upper() + what[1:], LISTS[item.list])
