"""“This should have come to us”: the words reach a nurse now, and are proposed for the word lists (H01)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import contact_points, timeline
from app.models.conversations import Exchange
from escalation_desk import items, proposals, settling
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem, DeskItemWords


def should_have_come(session: Session, exchange_id: int, source: str, staff_id: int) -> None:
    """A nurse says so of a text that was read as anything but clinical. Where it stands on the front desk's list it is
    handed over; where nurses have it they have it; else it is a task for them, under which nothing goes out by itself
    (P13). Once for each text. Raises Refused."""
    where = select(Exchange.contact_point_id).where(Exchange.id == exchange_id)
    number = session.scalar(where)
    if number is None:
        raise Refused("There is no such text.")
    contact_points.hold(session, number)
    if session.scalar(select(Exchange.lane).where(Exchange.id == exchange_id)) == "clinical":
        raise Refused("These words came to the nurses by themselves.")
    proposals.propose(session, [exchange_id], source, staff_id)
    stands = session.execute(
        select(DeskItem.id, DeskItem.list, DeskItem.owner_id)
        .join(DeskItemWords, DeskItemWords.desk_item_id == DeskItem.id)
        .where(DeskItemWords.exchange_id == exchange_id, DeskItem.state != "closed")
    ).one_or_none()
    if stands is not None and stands.list == "nurses":
        return
    if stands is not None and stands.owner_id in (None, staff_id):
        settling.call_clinical(session, stands.id, staff_id, marked=True)
        return
    behind = contact_points.ids_behind(session, number)
    items.raise_task(
        session, f"missed:{exchange_id}", "should_have_come", number, list_name="nurses",
        patient_id=behind[0] if len(behind) == 1 else None, actor=timeline.by_staff(staff_id),
        exchange_id=exchange_id, hushes=True,
    )  # fmt: skip
