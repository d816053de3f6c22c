"""What stands beside an item: other open ones of the same number or patient, and whether our last text arrived."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from app.messaging import outbox
from app.models.outbox import Outbound
from app.web.reasons import REASONS
from escalation_desk import hush
from escalation_desk.models import DeskItem
from escalation_desk.views import who
from escalation_desk.views.people import Caller

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


def nurses_have(session: Session, some: Iterable[DeskItem]) -> set[int]:
    """Which of the front desk's items are about somebody whose words the nurses have (the same as hush.hushed asks):
    they are asked before anybody calls (P13)."""
    waiting = [item for item in some if item.list == "front_desk" and item.state != "closed"]
    if not waiting:
        return set()
    numbers, patients = hush.everyone(session)
    return {item.id for item in waiting if item.contact_point_id in numbers or item.patient_id in patients}


def why(item: DeskItem, caller: Caller) -> str:
    """Why it waits, as it stands now: after START a number takes texts, whatever the task was raised for."""
    texts_again = item.reason == "confirm_by_phone_opted_out" and not caller.texts_stopped
    return REASONS.get("confirm_by_phone_opted_in" if texts_again else item.reason, "something is to be done")


def last_text_failed(session: Session, item_id: int) -> bool:
    """Whether the last text about this item, a colleague's or the fixed one, did not reach the patient."""
    went = Outbound.reason.is_distinct_from(outbox.TAKEN_BACK)
    query = select(Outbound.state).where(Outbound.desk_item_id == item_id, went)
    return session.scalar(query.order_by(Outbound.id.desc()).limit(1)) in ("failed", "withheld")


def _other(item: DeskItem, role: str) -> Other:
    if not who.may_see(role, item.list):
        return Other(None, "The nurses have words of this patient", LISTS[item.list])
    what = REASONS.get(item.reason, "something is to be done")
    return Other(item.id, what[:1].upper() + what[1:], LISTS[item.list])
