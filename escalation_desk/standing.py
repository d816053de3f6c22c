"""What already stands on the desk for a number, in one look: every text asks that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, literal_column, or_, select
from sqlalchemy.orm import Session, defer

from app import db
from escalation_desk.models import DeskItem

SEEKING_A_TIME = ("another_time", "appointment_needed", "wants_visit")
"""Tasks in which a person finds a time with the patient."""
TEXT_BEGUN = "text_begun"
SETTLES_ITSELF = ("keeps_visit", "gives_up_visit")
"""What she may say in the midst of that, after which no time is sought any more, and a person does what she says."""
ANSWERED_THERE = (*SEEKING_A_TIME, *SETTLES_ITSELF, "wants_call", TEXT_BEGUN)
"""Tasks in which a person talks with the patient: what she goes on to write belongs to them."""

# Every text asks what stands; mostly nothing does, and then no objects are made (docs/measurements.md).
_items = db.table_of(DeskItem).c
_OF_WORDS = and_(_items.kind == "words", or_(_items.state != "closed", _items.closed_at > bindparam("closed_since")))
_OF_TASKS = and_(
    _items.kind == "task",
    _items.state != "closed",
    or_(*(_items.reason == reason for reason in ANSWERED_THERE), _items.cannot_text),
)
MAY_STAND = select(literal_column("'item'").label("what"), _items.id, literal_column("NULL").label("word")).where(
    _items.contact_point_id == bindparam("number"), or_(_OF_WORDS, _OF_TASKS)
)
"""A number's items that may have to do with what it writes now: of words, open or to be reopened; tasks in which she is
talked with, or that say “cannot be texted”. A part of what app.inbound.scene asks in one look."""
_NEWEST_CLOSED_FIRST = (DeskItem.closed_at.desc(), DeskItem.id.desc())


@dataclass(frozen=True)
class Standing:
    """What a number already has on the desk: the open items of its words, one closed not long ago, the task in which
    a person talks with the patient, and all there is."""

    nurses: DeskItem | None = None
    front_desk: DeskItem | None = None
    closed: DeskItem | None = None
    task: DeskItem | None = None
    all: Sequence[DeskItem] = ()

    def person_holds(self, now: datetime) -> bool:
        """Whether a person has the talk, so that no dialog may answer: any nurses' item, or a live claim."""
        claims = [item.lease_until for item in (self.front_desk, self.task) if item is not None]
        return self.nurses is not None or any(until is not None and until > now for until in claims)


def standing(session: Session, ids: Collection[int]) -> Standing:
    """What stands on the desk for a number, from the ids that MAY_STAND found."""
    if not ids:
        return Standing()
    found = select(DeskItem).where(DeskItem.id.in_(ids)).options(defer(DeskItem.note))
    rows = session.scalars(found.order_by(*_NEWEST_CLOSED_FIRST)).all()
    words = [row for row in rows if row.kind == "words"]
    open_items = {row.list: row for row in words if row.state != "closed"}
    return Standing(
        open_items.get("nurses"),
        open_items.get("front_desk"),
        next((row for row in words if row.state == "closed"), None),
        next((row for row in rows if row.kind == "task" and row.reason in ANSWERED_THERE), None),
        rows,
    )
