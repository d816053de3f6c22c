"""Evidence: a text that may or may not have left is looked for in the carrier's list, never sent again (P5, H48)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import clock, db, numbers
from app.delivery import receipts
from app.delivery.unknowns import ENOUGH_LOOKS
from app.log import error_name, log
from app.messaging import delivery, outbox
from app.messaging.answers import Listed, ListUnreadable
from app.messaging.delivery import Report
from app.messaging.gateway import Gateway
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.sealing import SealingError
from app.settings import Settings

LAG = timedelta(minutes=2)
"""The list is behind by up to half a minute (HAZARDS 3.4)."""
APART = timedelta(minutes=5)
LOOK_BACK = timedelta(hours=24)
SKEW = timedelta(seconds=30)
LEFT_WITHIN = timedelta(minutes=2)
"""Between our claim and the carrier's date: ten seconds for the answer, and what two clocks may differ by."""
AT_ONCE = 50


@dataclass(frozen=True)
class Doubtful:
    """A text of which nobody knows whether it left; `body` is None when it cannot be unsealed. wrote_to: where she had
    texted to, when the door itself answered her."""

    id: int
    token: str
    number: str
    body: str | None
    claimed_at: datetime
    looked_for: int
    is_page: bool
    wrote_to: str | None = None

    def sender(self, settings: Settings) -> str:
        """From which of our numbers it went."""
        return self.wrote_to or outbox.sender(settings, is_page=self.is_page)

    def may_be(self, text: Listed, sender: str) -> bool:
        """Whether that text of the list may be this one: ours, to her, of that time, in these words if it has any."""
        way = "outbound-api" if self.wrote_to is None else "outbound-reply"
        if text.direction != way or text.sender != sender or not numbers.may_be(text.to, self.number):
            return False
        if text.created is None or not -SKEW <= text.created - self.claimed_at <= LEFT_WITHIN:
            return False
        return self.body is None or text.body.strip() in ("", self.body.strip())


def look(gateway: Gateway, settings: Settings) -> int:
    """Look for what is due to be looked for; returns how many were found. When the list cannot be read, none of it
    counts as a look."""
    with db.reading("evidence.due") as session:
        unknown = select(Outbound.id).where(Outbound.state == "unknown", _is_due())
        due = session.scalars(unknown.order_by(Outbound.claimed_at).limit(AT_ONCE)).all()
    found = 0
    try:
        for row_id in due:
            found += _look_for(gateway, settings, row_id)
    except ListUnreadable as error:
        log.warning("list_unreadable", reason=str(error))
    return found


def _is_due() -> ColumnElement[bool]:
    """Once when the list has caught up, and once more some minutes later; older ones a person has long had."""
    now = clock.now()
    looks = [
        (Outbound.looked_for == looked) & (Outbound.claimed_at <= now - LAG - looked * APART)
        for looked in range(ENOUGH_LOOKS)
    ]
    return or_(*looks) & (Outbound.claimed_at >= now - LOOK_BACK)


def _look_for(gateway: Gateway, settings: Settings, row_id: int) -> bool:
    with db.reading("evidence.row") as session:
        doubtful = next(iter(_doubtful(session, Outbound.id == row_id)), None)
    if doubtful is None:
        return False  # a callback was faster, or her number cannot be unsealed
    text = _found(gateway, doubtful.sender(settings), doubtful)
    if text is None:
        with db.transaction("evidence.looked") as session:
            delivery.count_look(session, doubtful.id, doubtful.looked_for)
        return False
    receipts.take(Report(doubtful.token, text.sid, text.status, text.error_code, by="list"))
    return True


def _found(gateway: Gateway, sender: str, doubtful: Doubtful) -> Listed | None:
    """The text of the list that can only be this one; None, too, when it may be another, and a person decides. Asked
    for by her number, without a date: what waits at the carrier has none yet. Then by the time: a redacted one is not
    found by her number any more."""
    texts = gateway.texts_of(to=doubtful.number, sender=sender)
    fitting = [text for text in texts if doubtful.may_be(text, sender)]
    if not fitting:
        texts = gateway.texts_of(sender=sender, since=doubtful.claimed_at - SKEW)
        fitting = [text for text in texts if doubtful.may_be(text, sender)]
    return _only(fitting, sender, doubtful) if fitting else None


def _only(fitting: Sequence[Listed], sender: str, doubtful: Doubtful) -> Listed | None:
    """The one that no other text of ours is, or may be. Answers of the door are all alike: when as many left as were
    given, each left, and she has read those words since she wrote."""
    with db.reading("evidence.rivals") as session:
        ours = select(Outbound.carrier_id).where(Outbound.carrier_id.in_([text.sid for text in fitting]))
        taken = set(session.scalars(ours))
        rivals = _doubtful(session, Outbound.id != doubtful.id, _of_the_time(fitting))
    free = [text for text in fitting if text.sid not in taken]
    others = [rival for rival in rivals if any(rival.may_be(text, sender) for text in free)]
    if doubtful.wrote_to is not None and len(free) > len(others):
        before = sum((other.claimed_at, other.id) < (doubtful.claimed_at, doubtful.id) for other in others)
        return sorted(free, key=lambda text: (text.created or doubtful.claimed_at, text.sid))[before]
    return free[0] if len(free) == 1 and not others else None


def _of_the_time(texts: Sequence[Listed]) -> ColumnElement[bool]:
    dates = [text.created for text in texts if text.created is not None]
    return Outbound.claimed_at.between(min(dates) - LEFT_WITHIN, max(dates) + SKEW)


def _doubtful(session: Session, *which: ColumnElement[bool]) -> list[Doubtful]:
    """Texts in doubt, those that are on their way at this moment among them."""
    plain = (
        Outbound.id, Outbound.token, Outbound.claimed_at, Outbound.looked_for, Outbound.contact_point_id,
        Outbound.text_name, Exchange.to_number,
    )  # fmt: skip
    doubted = select(*plain).outerjoin(Exchange, Exchange.id == Outbound.exchange_id)
    rows = session.execute(doubted.where(Outbound.state.in_(("sending", "unknown")), *which)).all()
    found = []
    for row in rows:
        try:
            number = session.scalars(select(ContactPoint.number).where(ContactPoint.id == row.contact_point_id)).one()
        except SealingError:
            continue  # whose it was cannot be compared: people hear of it in any case (unknowns.tell_of_unknowns)
        is_page, body = row.text_name in outbox.PAGES, _body(session, row.id)
        wrote_to = row.to_number if row.text_name == outbox.AT_THE_DOOR else None
        found.append(Doubtful(row.id, row.token, number, body, row.claimed_at, row.looked_for, is_page, wrote_to))
    return found


def _body(session: Session, row_id: int) -> str | None:
    try:
        return session.scalars(select(Outbound.body).where(Outbound.id == row_id)).one()
    except SealingError as error:
        log.warning("text_unreadable", outbound=row_id, error=error_name(error))
        return None
