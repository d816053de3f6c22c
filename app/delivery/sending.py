"""May this text go now? Then claim it, hand it to the carrier, and write down what came of it (P5, P9, P13).

Claim and record are two transactions with the carrier's answer between them. A text that was claimed is
never handed over again: if the process dies in between, its lease runs out and it is `unknown`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, contact_points, db
from app.delivery import receipts, unknowns
from app.log import log
from app.messaging import outbox
from app.messaging.answers import Accepted, NotSent, Refused, Result
from app.messaging.errors import meaning
from app.messaging.gateway import Gateway
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.outreach import permission
from app.sealing import SealingError
from app.settings import Settings
from app.talk import conversations
from app.upkeep import restorations
from escalation_desk import paging, texting

LONGEST_VALIDITY = 36_000
WAITS = (15, 60, 300, 900, 3600)  # seconds before each new try of a text that never left


@dataclass
class Tried:
    """Numbers of which nothing more can be sent in this round; one of them may still get a new safety text."""

    safety: set[int] = field(default_factory=set)
    rest: set[int] = field(default_factory=set)

    def add(self, due: "Due", *, failed: bool) -> None:
        """Nothing of what `due` found could go, or the number is in trouble altogether."""
        self.rest.add(due.contact_point_id)
        if due.is_safety or failed:
            self.safety.add(due.contact_point_id)


class Due(NamedTuple):
    """A number with a text that may go now, and whether it is a safety text."""

    contact_point_id: int
    is_safety: bool


def next_due(session: Session, settings: Settings, tried: Tried) -> Due | None:
    """The number whose text goes next over all numbers: safety first, then the oldest (P9)."""
    safety = Outbound.message_class == "safety"
    query = (
        select(Outbound.contact_point_id, safety)
        .where(*may_go(settings))
        .where(
            or_(
                and_(safety, Outbound.contact_point_id.not_in(tried.safety)),
                and_(~safety, Outbound.contact_point_id.not_in(tried.rest)),
            )
        )
        .order_by(Outbound.priority, Outbound.id)
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return Due(found[0], bool(found[1])) if found is not None else None


def send_row(gateway: Gateway, settings: Settings, row_id: int) -> int:
    """A doorbell rang for one text: send what its number has waiting."""
    with db.reading("sending.whose") as session:
        point_id = session.scalar(select(Outbound.contact_point_id).where(Outbound.id == row_id))
    return send_to(gateway, settings, point_id) if point_id is not None else 0


def send_to(gateway: Gateway, settings: Settings, contact_point_id: int) -> int:
    """Send everything this number has waiting, one after the other in order; returns how many were tried."""
    tried = 0
    while send_next(gateway, settings, contact_point_id):
        tried += 1
    return tried


def send_next(gateway: Gateway, settings: Settings, contact_point_id: int) -> bool:
    """Send the next text of this number; False when none may go now."""
    claimed = _claim_next(settings, contact_point_id)
    if claimed is None:
        return False
    _record(claimed, _hand_over(gateway, settings, claimed))
    return True


def _claim_next(settings: Settings, contact_point_id: int) -> "Claimed | None":
    """Set the next text of a number to `sending`; what may not go is withheld with its reason on the way."""
    with db.transaction("sending.claim") as session:
        point = contact_points.hold(session, contact_point_id)
        if point is None:
            return None
        for row in _waiting(session, settings, contact_point_id):
            if _another_is_leaving(session, row):
                return None
            verdict = permission.ask(session, row, point)
            if verdict.later is not None:
                row.not_before = verdict.later
            elif verdict.refused is not None:
                _withhold(session, row, verdict.refused)
            elif (claimed := _claim(session, row, point)) is not None:
                return claimed
            session.flush()
    return None


class Claimed:
    """A text that is ours to hand over, copied out of its row so that no database session stays open."""

    def __init__(self, row: Outbound, number: str) -> None:
        self.id, self.contact_point_id = row.id, row.contact_point_id
        self.body, self.token, self.number = row.body, row.token, number
        self.is_page = row.text_name in outbox.PAGES
        left = (row.expires_at - clock.now()).total_seconds() if row.expires_at else LONGEST_VALIDITY
        self.validity = max(10, min(LONGEST_VALIDITY, int(left)))


def _waiting(session: Session, settings: Settings, contact_point_id: int) -> list[Outbound]:
    """Pending rows in the order they go; only safety while sending is switched off."""
    mine = select(Outbound).where(Outbound.contact_point_id == contact_point_id, *may_go(settings))
    shut = mine.options(defer(Outbound.body))  # unsealed one by one, so that no row keeps the others
    return list(session.scalars(shut.order_by(Outbound.priority, Outbound.id)))


def may_go(settings: Settings) -> list[ColumnElement[bool]]:
    """What of the outbox may leave now: only safety texts while sending is switched off, or while nobody has compared
    a restored database with the carrier (H64)."""
    safety = Outbound.message_class == "safety"
    return [
        Outbound.state == "pending", _due(), or_(safety, restorations.nothing_held()) if settings.sends else safety
    ]  # fmt: skip


def _due() -> ColumnElement[bool]:
    """Its time has come. What was to go at once goes at once, and what did not leave is tried again, though the clock
    was fast when that was written and has been set right since."""
    at_once = and_(Outbound.attempts == 0, Outbound.not_before <= Outbound.created_at)
    undone_no_more = and_(Outbound.staff_id.is_not(None), Outbound.created_at > clock.beyond())
    return or_(Outbound.not_before <= clock.now(), at_once, undone_no_more, Outbound.claimed_at > clock.beyond())


def _another_is_leaving(session: Session, row: Outbound) -> bool:
    """Texts to one number leave one by one (H67); a safety text waits for no other class."""
    leaving = and_(Outbound.contact_point_id == row.contact_point_id, Outbound.state == "sending")
    if row.message_class == "safety":
        leaving = and_(leaving, Outbound.message_class == "safety")
    return session.scalar(select(Outbound.id).where(leaving).limit(1)) is not None


def _claim(session: Session, row: Outbound, point: ContactPoint) -> Claimed | None:
    """Ours to hand over; None when somebody was faster, or when it cannot be read."""
    try:
        claimed = Claimed(row, point.number)
    except SealingError:
        _set_aside(session, row)
        return None
    now = clock.now()
    won = db.changed(
        session,
        update(Outbound)
        .where(Outbound.id == row.id, Outbound.state == "pending")
        .values(state="sending", claimed_at=now, lease_until=now + unknowns.LEASE, attempts=row.attempts + 1),
    )
    return claimed if won else None


def _set_aside(session: Session, row: Outbound) -> None:
    """A text that cannot be unsealed goes to a person and out of the way of what else its number hears (H61)."""
    row.state, row.reason, row.ended_at = "failed", "unreadable", clock.now()
    session.flush()
    outbox.note(session, row.contact_point_id, row.id, "text_set_aside")
    unknowns.raise_task(session, f"unreadable:{row.id}", "text_unreadable", row.id)
    paging.failed(session, row)
    if row.message_class == "outreach" and row.conversation_id is not None:
        conversations.end(session, row.conversation_id, "not_delivered")


def _withhold(session: Session, row: Outbound, reason: str) -> None:
    """It will not go: the reason is kept, and somebody gets the matter if somebody was to hear from us."""
    row.state, row.reason, row.ended_at = "withheld", reason, clock.now()
    session.flush()
    outbox.note(session, row.contact_point_id, row.id, "text_withheld", reason=reason)
    if row.message_class == "outreach" and row.conversation_id is not None:
        conversations.end(session, row.conversation_id, "withheld")
    if row.text_name in outbox.PAGES:
        paging.failed(session, row)
    elif row.desk_item_id is not None and reason in permission.NUMBER_IS_SHUT:
        texting.mark_cannot_text(session, row.desk_item_id)
    elif permission.needs_a_person(row, reason):
        unknowns.raise_task(session, f"withheld:{row.id}", f"withheld_{reason}", row.id)


def _hand_over(gateway: Gateway, settings: Settings, claimed: Claimed) -> Result:
    callback = f"{settings.public_base_url}/twilio/status?m={claimed.token}"
    sender = outbox.sender(settings, is_page=claimed.is_page)
    return gateway.send_text(claimed.number, claimed.body, callback, claimed.validity, sender)


def _record(claimed: Claimed, result: Result) -> None:
    with db.transaction("sending.record") as session:
        contact_points.hold(session, claimed.contact_point_id)
        mine = select(Outbound).where(Outbound.id == claimed.id).options(defer(Outbound.body))
        row = session.scalars(mine.with_for_update()).one()
        if row.state not in ("sending", "unknown"):
            return  # a status callback was faster: what is known already is never taken back
        if row.state == "unknown" and not isinstance(result, Accepted | Refused):
            return  # the lease ran out meanwhile, and this is no evidence either way; never to be tried again
        for name, value in _what_came_of(row, result).items():
            setattr(row, name, value)
        session.flush()
        outbox.note(session, row.contact_point_id, row.id, f"text_{row.state}", code=row.error_code, reason=row.reason)
        if row.state == "failed":
            receipts.next_step(session, row)
    log.info("text_handed_over", outbound=claimed.id, outcome=type(result).__name__)


def _what_came_of(row: Outbound, result: Result) -> dict[str, Any]:
    now = clock.now()
    if isinstance(result, Accepted):
        taken = {"state": "accepted", "carrier_id": result.carrier_id, "sent_at": now}
        return {**taken, "lease_until": None, "reason": None}
    if isinstance(result, Refused):
        if meaning(result.code) == "temporary" and row.attempts <= len(WAITS) and row.state == "sending":
            return _try_again(row, result.code)
        return {"state": "failed", "error_code": result.code, "reason": "refused", "lease_until": None, "ended_at": now}
    if isinstance(result, NotSent):
        if row.attempts <= len(WAITS):
            return _try_again(row, None)
        return {"state": "failed", "reason": result.reason, "lease_until": None, "ended_at": now}
    return {"state": "unknown", "reason": result.reason, "lease_until": None}


def _try_again(row: Outbound, code: str | None) -> dict[str, Any]:
    """It certainly did not leave: the same row waits longer each time, and its last failure goes to a person."""
    wait = timedelta(seconds=WAITS[row.attempts - 1])
    return {"state": "pending", "not_before": clock.now() + wait, "lease_until": None, "error_code": code}
