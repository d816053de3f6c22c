"""What waited in a backup: each such text is found in the carrier's list or given to people, and never sent (H64)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, contact_points, db, numbers
from app.delivery import receipts, unknowns
from app.messaging import outbox
from app.messaging.answers import Listed
from app.messaging.delivery import Report
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.sealing import SealingError
from app.talk import conversations
from app.upkeep import restorations

CLOCKS = timedelta(hours=1)
"""What two clocks may differ by: no text was sent so long before it was written."""
REASON = restorations.REASON


@dataclass(frozen=True)
class Waited:
    """A text that waited in the backup or was on its way, or of which it was not known then whether it had left
    (`in_doubt`: people hear of that anyway). Number and body are None when they cannot be unsealed."""

    id: int
    token: str
    contact_point_id: int
    number: str | None
    body: str | None
    created_at: datetime
    in_doubt: bool

    def may_be(self, text: Listed) -> bool:
        """Whether that text of the list may be this one: to her, not before it was written, in its words if any."""
        if text.direction != "outbound-api" or self.number is None or not numbers.may_be(text.to, self.number):
            return False
        if text.created is not None and text.created < self.created_at - CLOCKS:
            return False
        return self.body is None or text.body.strip() in ("", self.body.strip())

    def is_surely(self, text: Listed) -> bool:
        return self.may_be(text) and self.body is not None and text.body.strip() == self.body.strip()


@dataclass
class Settled:
    """found: how many had left. withheld, doubtful: how many had not, or may have. left: what of the list is none of
    them for sure."""

    left: list[Listed]
    found: int = 0
    withheld: int = 0
    doubtful: int = 0


def texts(doubted_since: datetime) -> list[Waited]:
    """All that waited and is not settled yet, the oldest first, and what was in doubt already after that moment."""
    waited = Outbound.reason == REASON
    with db.reading("waited.texts") as session:
        rows = session.scalars(
            select(Outbound)
            .where(Outbound.state == "unknown", or_(waited, Outbound.claimed_at >= doubted_since))
            .options(defer(Outbound.body))
            .order_by(Outbound.id)
        )
        return list(_read(session, rows.all()))


def number_of(session: Session, contact_point_id: int) -> str | None:
    """None when it cannot be unsealed."""
    try:
        return session.scalars(select(ContactPoint.number).where(ContactPoint.id == contact_point_id)).one()
    except SealingError:
        return None


def settle(waited: Sequence[Waited], listed: Sequence[Listed]) -> Settled:
    """Each is found, in doubt, or withheld. `listed`: all texts of ours that are no row yet, the oldest first."""
    done = Settled(list(listed))
    for one in waited:
        text = next((text for text in done.left if one.is_surely(text)), None)
        if text is not None:
            done.left.remove(text)
            _found(one, text)
            done.found += 1
        elif one.in_doubt:
            continue
        elif one.number is None or any(one.may_be(text) for text in done.left):
            _doubt(one)
            done.doubtful += 1
        else:
            _withhold(one)
            done.withheld += 1
    return done


def _read(session: Session, rows: Sequence[Outbound]) -> Iterator[Waited]:
    for row in rows:
        try:
            body = row.body
        except SealingError:
            body = None
        number = number_of(session, row.contact_point_id)
        in_doubt = row.reason != REASON
        yield Waited(row.id, row.token, row.contact_point_id, number, body, row.created_at, in_doubt)


def _found(one: Waited, text: Listed) -> None:
    with db.transaction("waited.found") as session:
        contact_points.hold(session, one.contact_point_id)
        _settled(session, one, {"claimed_at": text.created or clock.now(), "reason": None})
    receipts.take(Report(one.token, text.sid, text.status, text.error_code, by="list"))


def _doubt(one: Waited) -> None:
    """Something went to that number and its words are gone: a person finds out, and nothing is sent (P5)."""
    with db.transaction("waited.doubt") as session:
        contact_points.hold(session, one.contact_point_id)
        unknowns.raise_task(session, f"unknown:{one.id}", "unknown_whether_sent", one.id)
        outbox.note(session, one.contact_point_id, one.id, "text_unknown", reason=REASON)
        _settled(session, one, {"reason": "compared"})


def _withhold(one: Waited) -> None:
    """It had not left. It is too late to say it unasked: a person has it."""
    with db.transaction("waited.withhold") as session:
        contact_points.hold(session, one.contact_point_id)
        row = session.get_one(Outbound, one.id, options=[defer(Outbound.body)])
        _settled(session, one, {"state": "withheld", "ended_at": clock.now()})
        outbox.note(session, one.contact_point_id, one.id, "text_withheld", reason=REASON)
        unknowns.raise_task(session, f"withheld:{one.id}", "withheld_restored", one.id)
        if row.message_class == "outreach" and row.conversation_id is not None:
            conversations.end(session, row.conversation_id, "withheld")


def _settled(session: Session, one: Waited, values: dict[str, object]) -> None:
    session.execute(update(Outbound).where(Outbound.id == one.id, Outbound.state == "unknown").values(**values))
