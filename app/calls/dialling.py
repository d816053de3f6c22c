"""Dialling: may this call be made now? Then claim it, have the carrier ring, and write down what came of it (P5, P9).

Claim and record are two transactions with the carrier's answer between them, as for a text: a call that was claimed is
never asked for again. Calls are paced here, one a second and so many at once, since what the carrier cannot ring now it
would keep for up to a day, and ring at night (TWILIO 5.5).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, settings
from app.calls import ending, instead, leases, line, may_call, paged
from app.calls.answers import OF_STAFF, STATUS, VOICE
from app.log import log
from app.messaging import call_book, outbox
from app.messaging.answers import Accepted, NotSent, Refused, Result
from app.messaging.errors import meaning
from app.messaging.gateway import Gateway
from app.models.calls import OutgoingCall
from app.models.patients import ContactPoint
from app.outreach import permission
from app.settings import Settings
from app.upkeep import restorations

RINGS_FOR = 25
"""Seconds. Most voicemails answer within them; TWILIO 5.5."""
WAITS = (15, 60, 300, 900)  # seconds before each new try of a call that the carrier certainly did not take
AT_ONCE = 20


@dataclass(frozen=True)
class Claimed:
    """A call that is ours to ask for, copied out of its row so that no database session stays open."""

    id: int
    contact_point_id: int
    token: str
    number: str
    is_page: bool
    to_staff: bool


def dial(gateway: Gateway, settings: Settings) -> int:
    """Ring whoever may be rung now, one at a time; returns how many. No patient while sending is off, or while
    nobody has compared a restored database with the carrier (H64); pages by call go then, too."""
    leases.give_up()
    for row_id, contact_point_id in _due(settings):
        with apart.Alone("dialling_failed", row_id, partial(_give_up, row_id, contact_point_id)):
            claimed = _claim(row_id, contact_point_id, settings.calls_at_once)
            if claimed is not None:
                _record(claimed, _hand_over(gateway, claimed))
                return 1  # the next one in a second
    return 0


def _due(settings: Settings) -> list[tuple[int, int]]:
    """Those whose time has come, pages before nurses who wait to be put through before patients, and then the oldest
    first; none while no line is free, and none that would take the line a nurse waits for."""
    now, at_once = clock.now(), settings.calls_at_once
    with db.reading("dialling.due") as session:
        free = line.free(session, at_once)
        if not free:
            return []
        came = or_(OutgoingCall.not_before <= now, OutgoingCall.not_before > clock.beyond(timedelta(hours=24)))
        query = select(OutgoingCall).where(OutgoingCall.state == "queued", came)
        if not settings.sends or restorations.held(session):
            query = query.where(OutgoingCall.page_id.is_not(None))
        nurses_first = (OutgoingCall.page_id.is_(None), OutgoingCall.desk_item_id.is_(None))
        rows = session.scalars(query.order_by(*nurses_first, OutgoingCall.not_before, OutgoingCall.id).limit(AT_ONCE))
        fitting = takewhile(lambda row: line.needed(row, at_once) <= free, rows)
        return [(row.id, row.contact_point_id) for row in fitting]


def _claim(row_id: int, contact_point_id: int, at_once: int) -> Claimed | None:
    """Set it to `sending`; what may not be made is put off, or withheld with its reason. Everything that speaks for or
    against it is looked at now, not when it was written down."""
    with db.transaction("dialling.claim") as session:
        point = contact_points.hold(session, contact_point_id)
        row = call_book.locked(session, row_id)
        if point is None or row.state != "queued":
            return None
        verdict = _verdict(session, row, point)
        if verdict.later is not None:
            row.not_before = verdict.later
        elif verdict.refused is not None:
            instead.withhold(session, row, verdict.refused)
        elif line.is_ours(session, row, at_once):
            now = clock.now()
            won = db.changed(
                session,
                update(OutgoingCall).where(OutgoingCall.id == row.id, OutgoingCall.state == "queued")
                .values(state="sending", claimed_at=now, lease_until=now + leases.LEASE, attempts=row.attempts + 1),
            )  # fmt: skip
            to = (point.id, row.token, point.number, row.page_id is not None, row.conversation_id is None)
            return Claimed(row.id, *to) if won else None
        session.flush()
    return None


def _verdict(session: Session, row: OutgoingCall, point: ContactPoint) -> permission.Verdict:
    if row.page_id is not None:
        return paged.to_ring(session, row)
    return may_call.to_ring(session, row) if row.desk_item_id is not None else permission.to_ring(session, row, point)


def _give_up(row_id: int, contact_point_id: int) -> None:
    """It cannot even be worked out whether to ring, as where the number cannot be unsealed: a person has it."""
    with apart.Alone("dialling_not_given_up", row_id), db.transaction("dialling.give_up") as session:
        session.execute(select(ContactPoint.id).where(ContactPoint.id == contact_point_id).with_for_update())
        row = call_book.locked(session, row_id)
        if row.state == "queued":
            instead.withhold(session, row, "could_not_be_asked")


def _hand_over(gateway: Gateway, claimed: Claimed) -> Result:
    ours = settings.current()
    base, sender = ours.public_base_url, outbox.sender(ours, is_page=claimed.is_page)
    url = f"{base}{VOICE}?t=0&c={claimed.token}{OF_STAFF if claimed.to_staff else ''}"
    reports = f"{base}{STATUS}?c={claimed.token}"
    return gateway.place_call(claimed.number, url, reports, RINGS_FOR, sender)


def _record(claimed: Claimed, result: Result) -> None:
    with db.transaction("dialling.record") as session:
        contact_points.hold(session, claimed.contact_point_id)
        row = call_book.locked(session, claimed.id)
        if isinstance(result, Accepted):
            call_book.move(session, row, "accepted", result.carrier_id)
        elif row.state == "sending" or (row.state == "unknown" and isinstance(result, Refused)):
            for name, value in _what_came_of(row, result).items():
                setattr(row, name, value)
            session.flush()
            kind = "again" if row.state == "queued" else row.state
            call_book.note(session, row.contact_point_id, row.id, f"outgoing_{kind}", code=row.error_code,
                           reason=row.reason)  # fmt: skip
            if row.state == "failed":
                ending.settle(session, row)
    log.info("call_handed_over", outbound=claimed.id, outcome=type(result).__name__)


def _what_came_of(row: OutgoingCall, result: Result) -> dict[str, Any]:
    now = clock.now()
    again = row.attempts <= len(WAITS) and row.state == "sending"
    if isinstance(result, NotSent) or (isinstance(result, Refused) and meaning(result.code) == "temporary"):
        if again:
            wait = timedelta(seconds=WAITS[row.attempts - 1])
            return {"state": "queued", "not_before": now + wait, "lease_until": None}
        reason = result.reason if isinstance(result, NotSent) else "refused"
        return {"state": "failed", "reason": reason, "lease_until": None, "ended_at": now}
    if isinstance(result, Refused):
        return {"state": "failed", "error_code": result.code, "reason": "refused", "lease_until": None, "ended_at": now}
    return {"state": "unknown", "reason": getattr(result, "reason", ""), "lease_until": None}
