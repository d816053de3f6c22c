"""Calls of ours that nobody reported the end of, or of which nobody knows whether they were made: the carrier is asked,
and none is ever made a second time (P5, H48, H53).

A call that is cancelled while it waits is never reported (TWILIO 5.2), and a report may find nobody. One that still
waits at the carrier after minutes is taken back: it could ring at night.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from app import apart, clock, contact_points, db
from app.calls import lost, outgoing
from app.calls.hearing import CallReport
from app.log import log
from app.messaging import call_book, outbox
from app.messaging.answers import ListedCall, ListUnreadable
from app.messaging.gateway import Gateway
from app.models.calls import OutgoingCall
from app.models.patients import ContactPoint
from app.settings import Settings

LOOKED_AFTER = (timedelta(minutes=2), timedelta(minutes=7))
"""For one that may or may not have been made: once when the list has caught up, and once more."""
ASKED_AFTER = (timedelta(minutes=2), timedelta(minutes=6), timedelta(minutes=20), timedelta(hours=2))
"""For one without an end: it rings for half a minute, and few talk for more than some minutes."""
SKEW, LEFT_WITHIN = timedelta(seconds=30), timedelta(minutes=2)
WAITING = ("queued", "initiated")
AT_ONCE = 50


def look(gateway: Gateway, settings: Settings) -> int:
    """Ask about what is due; returns of how many something was learned. When the carrier cannot be asked, the next
    round asks."""
    learned = 0
    for row_id in _due():
        with apart.Alone("call_not_looked_for", row_id):
            try:
                learned += _ask_about(gateway, settings, row_id)
            except ListUnreadable as error:
                log.warning("calls_unreadable", reason=str(error))
                break
    lost.tell(len(LOOKED_AFTER), len(ASKED_AFTER))
    return learned


def _due() -> list[int]:
    with db.reading("looking.due") as session:
        due = or_(
            and_(OutgoingCall.state == "unknown", _times(LOOKED_AFTER)),
            and_(OutgoingCall.state.in_(("accepted", "ringing", "answered")), _times(ASKED_AFTER)),
        )
        since = OutgoingCall.claimed_at >= clock.now() - lost.LOOK_BACK
        query = select(OutgoingCall.id).where(OutgoingCall.came_of.is_(None), since, due)
        return list(session.scalars(query.order_by(OutgoingCall.claimed_at, OutgoingCall.id).limit(AT_ONCE)))


def _times(after: tuple[timedelta, ...]) -> ColumnElement[bool]:
    now = clock.now()
    return or_(*(
        (OutgoingCall.looked_for == times) & (OutgoingCall.claimed_at <= now - wait)
        for times, wait in enumerate(after)
    ))  # fmt: skip


def _ask_about(gateway: Gateway, settings: Settings, row_id: int) -> bool:
    with db.reading("looking.row") as session:
        row = session.get_one(OutgoingCall, row_id)
        number = session.scalars(select(ContactPoint.number).where(ContactPoint.id == row.contact_point_id)).one()
    found = gateway.call(row.carrier_id) if row.carrier_id else _only(gateway, settings, row, number)
    if found is not None and found.status in WAITING:
        gateway.take_back_call(found.sid)
        found = gateway.call(found.sid)
    if found is not None:
        outgoing.take(CallReport(
            sid=found.sid, parent="", status=found.status, from_number=number, to_number=found.sender, withheld=False,
            token=row.token, answered_by=found.answered_by,
        ))  # fmt: skip
    _count(row_id, row.looked_for)
    return found is not None


def _only(gateway: Gateway, settings: Settings, row: OutgoingCall, number: str) -> ListedCall | None:
    """The call of the list that can only be this one; None, too, when it may be another, and a person decides."""
    if row.claimed_at is None:
        return None
    sender = outbox.sender(settings, is_page=row.page_id is not None)
    listed = gateway.calls_of(to=number, since=row.claimed_at - SKEW, sender=sender)
    fitting = [
        each for each in listed
        if each.direction == "outbound-api" and each.sender == sender
        and each.created is not None and each.created - row.claimed_at <= LEFT_WITHIN
    ]  # fmt: skip
    with db.reading("looking.rivals") as session:
        sids = [each.sid for each in fitting]
        taken = set(session.scalars(select(OutgoingCall.carrier_id).where(OutgoingCall.carrier_id.in_(sids))))
        rivals = session.scalar(select(func.count()).where(
            OutgoingCall.id != row.id, OutgoingCall.contact_point_id == row.contact_point_id,
            OutgoingCall.state.in_(("sending", "unknown")),
            OutgoingCall.claimed_at.between(row.claimed_at - LEFT_WITHIN, row.claimed_at + LEFT_WITHIN),
        ))  # fmt: skip
    free = [each for each in fitting if each.sid not in taken]
    return free[0] if len(free) == 1 and not rivals else None


def _count(row_id: int, looked_for: int) -> None:
    """The carrier was asked once more; a report that came meanwhile has begun the count anew."""
    with db.transaction("looking.counted") as session:
        number = session.scalars(select(OutgoingCall.contact_point_id).where(OutgoingCall.id == row_id)).one()
        contact_points.hold(session, number)
        row = call_book.locked(session, row_id)
        if row.looked_for in (looked_for, 0):
            row.looked_for = looked_for + 1
            session.flush()
