"""What an item says about its number: “cannot be texted: call”, from the text that was refused until texts reach it
again (H21)."""

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer

from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from escalation_desk import items
from escalation_desk.models import DeskItem

Why = Literal["heard_from", "opted_in", "text_arrived"]
# Every text that arrives asks this; built once (docs/measurements.md).
_MARKED = (
    select(DeskItem)
    .where(DeskItem.contact_point_id == bindparam("number"), DeskItem.cannot_text, DeskItem.state != "closed")
    .options(defer(DeskItem.note))
)


def mark_cannot_text(session: Session, item_id: int) -> None:
    """The number refuses texts: the item now says “cannot be texted: call”, and comes back if it was closed. Words
    that came meanwhile may stand on another item: a number has one open, so that one then says it (H21)."""
    item = session.get_one(DeskItem, item_id, options=[defer(DeskItem.note)])
    if item.state == "closed":
        item = _open_words(session, item) or items.reopen(session, item)
    _say(session, item, cannot_text=True)
    items.tell(session, item, "cannot_be_texted", "carrier")


def heard_from(session: Session, contact_point_id: int, stood: Iterable[DeskItem], why: Why) -> Sequence[DeskItem]:
    """The number has written: what stood on the desk for it need not be called about any more, unless the number is
    still shut. Returns what can be texted again. Costs nothing as long as no item says so."""
    marked = [item for item in stood if item.cannot_text and item.state != "closed"]
    if not marked or _shut(session, contact_point_id):
        return []
    _unmark(session, marked, why)
    return marked


def arrived(session: Session, row: Outbound) -> None:
    """A text was delivered: later ones may be, unless one that was written after it was refused."""
    marked = session.scalars(_MARKED, {"number": row.contact_point_id}).all()
    if not marked or _shut(session, row.contact_point_id):
        return
    refused = select(Outbound.id).where(
        Outbound.contact_point_id == row.contact_point_id, Outbound.id > row.id, Outbound.state == "failed"
    )
    if session.scalar(refused.limit(1)) is None:
        _unmark(session, marked, "text_arrived")


def _unmark(session: Session, marked: Iterable[DeskItem], why: Why) -> None:
    for item in marked:
        _say(session, item, cannot_text=False)
        items.tell(session, item, "can_be_texted", "agent", reason=why)


def _say(session: Session, item: DeskItem, *, cannot_text: bool) -> None:
    item.cannot_text = cannot_text
    item.version += 1
    session.flush()


def _shut(session: Session, contact_point_id: int) -> bool:
    """Whether the number takes no texts at all, as of this transaction."""
    now = select(ContactPoint.opted_out_at, ContactPoint.cannot_text).where(ContactPoint.id == contact_point_id)
    return any(session.execute(now).one())


def _open_words(session: Session, closed: DeskItem) -> DeskItem | None:
    query = select(DeskItem).where(
        DeskItem.contact_point_id == closed.contact_point_id, DeskItem.kind == "words", DeskItem.state != "closed"
    )
    return session.scalar(query.options(defer(DeskItem.note))) if closed.kind == "words" else None
