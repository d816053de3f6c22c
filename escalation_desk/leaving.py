"""A colleague's text that has not left yet: for a few seconds whoever wrote it may take it back (issue 6, point 2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app import clock, db, practice
from app.messaging import outbox
from app.models.outbox import Outbound
from app.sealing import Gap
from escalation_desk import drafts
from escalation_desk.holding import Refused, locked, note_down
from escalation_desk.models import DeskItem

GONE = "Your text has left already. If something in it is wrong, please write again or call."
CLOSED = "The item was closed with this text as its answer, so it goes out. Reopen the item to write again."


@dataclass(frozen=True, slots=True)
class Leaving:
    """A text of hers that goes out in `seconds`, unless she takes it back."""

    outbound_id: int
    words: str
    seconds: float


def now_leaving(session: Session, item_id: int, staff_id: int) -> Leaving | None:
    """What this person wrote from the item and may still take back: the newest of them."""
    now = clock.now()
    query = select(Outbound).where(*_hers(item_id, staff_id), *_waits(now)).order_by(Outbound.id.desc()).limit(1)
    row = session.scalar(query)
    if row is None:
        return None
    words = "" if isinstance(row.body, Gap) else row.body
    return Leaving(row.id, words, (row.not_before - now).total_seconds())


def take_back(session: Session, item_id: int, staff_id: int, outbound_id: int) -> None:
    """It is not sent, and its words are hers to change. Guarded against the sending, which locks the number as this
    does: of the two one wins (P5, P8). What the record says she wrote stays. Raises Refused."""
    item = locked(session, item_id)
    if item.state == "closed":
        raise Refused(CLOSED)
    mine = update(Outbound).where(Outbound.id == outbound_id, *_hers(item_id, staff_id), *_waits(clock.now()))
    if not db.changed(session, mine.values(state="withheld", reason=outbox.TAKEN_BACK, ended_at=clock.now())):
        raise Refused(GONE, "body")
    note_down(session, item, "text_taken_back", staff_id, outbound=outbound_id)
    _words_again(session, item, staff_id, outbound_id)


def _words_again(session: Session, item: DeskItem, staff_id: int, outbound_id: int) -> None:
    """Into the box they came from, unless she has begun another text there; the name before them comes by itself."""
    written = session.scalars(select(Outbound.body).where(Outbound.id == outbound_id)).one()
    if not isinstance(written, Gap) and "body" not in drafts.of(session, item.id, staff_id):
        words = written.removeprefix(f"{practice.name(session)}: ")
        drafts.keep(session, item.id, staff_id, "body", words, form="")


def _hers(item_id: int, staff_id: int) -> list[ColumnElement[bool]]:
    return [Outbound.desk_item_id == item_id, Outbound.staff_id == staff_id]


def _waits(now: datetime) -> list[ColumnElement[bool]]:
    """Not begun to leave, and never was."""
    return [Outbound.state == "pending", Outbound.attempts == 0, Outbound.not_before > now]
