"""The scene: a text as it arrived, and what is known about its number at that moment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, union_all
from sqlalchemy.orm import Session

from app import clock, contact_points, db
from app.contact_points import Behind, Locked
from app.inbound import readings
from app.library import versions, word_lists
from app.talk import conversations
from app.upkeep import restorations
from dialogs.engine import turn
from escalation_desk import items, standing

# One statement instead of five: every text asks this (docs/measurements.md).
_AROUND = union_all(
    versions.IN_FORCE,
    word_lists.IN_FORCE,
    contact_points.WHO_IS_BEHIND,
    standing.MAY_STAND,
    readings.JUST_BEFORE,
    restorations.STANDING,
)


@dataclass(frozen=True, kw_only=True)
class InboundText:
    """A text as the carrier handed it over; `raw` is the hex of the body when it had to be cleaned to be stored."""

    key: str
    from_number: str
    to_number: str
    body: str
    raw: str | None = None
    media_count: int = 0
    opt_out_type: str = ""
    can_be_texted: bool = True
    received_at: datetime
    answered: str = ""  # the TwiML she got while the database was away
    fetched_at: datetime | None = None  # late, from the carrier's list: its words never act as a choice (DESIGN 2)
    heard_since: bool = False  # that list shows that one of our fixed texts followed it

    @property
    def words_gone(self) -> bool:
        """The carrier has no words any more, nor a picture: nobody knows what was written."""
        return self.fetched_at is not None and not self.body and not self.media_count


@dataclass(frozen=True)
class Scene:
    """What is known about the number when its words arrive."""

    point: Locked
    patients: Sequence[Behind]
    waiting: conversations.Waiting | None
    stands: standing.Standing
    exchange_id: int
    just_before: Sequence[int]  # exchanges that her words may go on from (H07)
    text: InboundText

    @property
    def offered(self) -> tuple[str, ...]:
        return turn.offered(self.waiting.dialog, self.waiting.place, "en") if self.waiting else ()


def look_around(
    session: Session, text: InboundText, point: Locked, exchange_id: int, *, with_conversation: bool = True
) -> Scene:
    """Who is behind the number, what she was asked, what she wrote just before, and what of hers stands on the desk. In
    a restored record that was not compared yet nobody knows what she was asked last (H64)."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in db.run(session, _AROUND, {
        "number": point.id, "this": exchange_id, "heard_since": text.received_at - readings.JOINED_WITHIN,
        "closed_since": clock.now() - items.REOPENS_WITHIN,
    }):  # fmt: skip
        found[row.what].append(row)
    versions.seen(session, found["library"])
    word_lists.seen(session, next((row.word for row in found["lists"]), None))
    return Scene(
        point,
        sorted(Behind(row.id, row.word) for row in found["patient"]),
        conversations.waiting(session, point.id) if with_conversation and not found["hold"] else None,
        standing.standing(session, [row.id for row in found["item"]]),
        exchange_id,
        [row.id for row in found["earlier"]],
        text,
    )
