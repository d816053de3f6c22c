"""The scene: a text as it arrived, and what is known about its number at that moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import contact_points, conversations
from app.contact_points import Behind, Locked
from dialogs.engine import turn
from escalation_desk import items


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


@dataclass(frozen=True)
class Scene:
    """What is known about the number when its words arrive."""

    point: Locked
    patients: Sequence[Behind]
    waiting: conversations.Waiting | None
    stands: items.Standing
    exchange_id: int
    answered: bool  # while the database was away: she has had a fixed text for these words

    @property
    def offered(self) -> tuple[str, ...]:
        return turn.offered(self.waiting.dialog, self.waiting.place, "en") if self.waiting else ()


def look_around(session: Session, text: InboundText, point: Locked, exchange_id: int) -> Scene:
    """Who is behind the number, what she was asked, and what of hers stands on the desk."""
    return Scene(
        point,
        contact_points.who_is_behind(session, point.id),
        conversations.waiting(session, point.id),
        items.standing(session, point.id),
        exchange_id,
        bool(text.answered),
    )
