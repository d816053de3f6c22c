"""An item in somebody's hands: locked, hers or not, changed, and each act told in its story."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from app import queue, timeline
from app.models.patients import ContactPoint
from escalation_desk.models import DeskItem


class Refused(Exception):
    """The item does not allow this now; the message is a sentence for the person at the screen. `at`: the box of the
    page that it is about, by its name; none when it is about the item."""

    def __init__(self, sentence: str, at: str = "") -> None:
        super().__init__(sentence)
        self.at = at


def locked(session: Session, item_id: int) -> DeskItem:
    """The item, locked after its number (see contact_points.hold), so that no text of hers slips in between."""
    number = select(DeskItem.contact_point_id).where(DeskItem.id == item_id).scalar_subquery()
    session.scalar(select(ContactPoint.id).where(ContactPoint.id == number).with_for_update())
    found = select(DeskItem).where(DeskItem.id == item_id).options(defer(DeskItem.note))
    item = session.scalar(found.with_for_update())  # without the note: one that cannot be unsealed must not hold it
    if item is None:
        raise Refused("There is no such item.")
    return item


def lock_all(session: Session, item_ids: Collection[int], *, wait: bool = True) -> list[DeskItem]:
    """Several items at once, all numbers before all items and each in the order of their ids, so that no two who do so
    wait for each other in a ring. Without `wait` those are left out that somebody has just then."""
    how: dict[str, Any] = {"key_share": True, "skip_locked": not wait}
    numbers = select(DeskItem.contact_point_id).where(DeskItem.id.in_(item_ids))
    points = select(ContactPoint.id).where(ContactPoint.id.in_(numbers)).order_by(ContactPoint.id)
    held = session.scalars(points.with_for_update(**how)).all()
    free = or_(DeskItem.contact_point_id.in_(held), DeskItem.contact_point_id.is_(None))
    found = select(DeskItem).where(DeskItem.id.in_(item_ids), free).order_by(DeskItem.id).options(defer(DeskItem.note))
    return list(session.scalars(found.with_for_update(skip_locked=not wait)))


def owned(session: Session, item_id: int, staff_id: int) -> DeskItem:
    """The item, locked, which this person has. Raises Refused."""
    item = locked(session, item_id)
    if item.state != "claimed" or item.owner_id != staff_id:
        raise Refused("You do not have this item now. Claim it first.")
    return item


def change(session: Session, item: DeskItem, **values: Any) -> None:
    """Set these columns; who saw the item before sees that it has changed."""
    for name, value in {**values, "version": item.version + 1}.items():
        setattr(item, name, value)
    session.flush()


def note_down(
    session: Session, item: DeskItem, kind: str, staff_id: int, words: str | None = None, **details: Any
) -> None:
    """Write what this person did into the item's story, and tell whoever has its list open."""
    timeline.append(
        session, item.stream, kind, timeline.by_staff(staff_id),
        words=words, item=item.id, **details,
    )  # fmt: skip
    queue.announce_later(session, item.list)
