"""What the carrier says of calls of ours, in whatever order, and which of them are over (H53, P7)."""

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db
from app.calls import ending
from app.calls.hearing import STATE_OF, CallReport
from app.messaging import call_book
from app.messaging.call_book import NOBODY_ANSWERED
from app.models.calls import OutgoingCall

AFTER_THE_END = timedelta(minutes=1)
"""Reports overtake each other: what was said on the line may come after its end."""
AT_ONCE = 100


def take(report: CallReport) -> None:
    """Keep what the carrier says of a call of ours, by a report or when it is asked."""
    state = STATE_OF.get(report.status)
    if state is None:
        return
    with db.transaction("outgoing.take") as session:
        row = held(session, report.token)
        if row is None:
            return
        more = {"answered_by": report.answered_by} if report.answered_by and row.answered_by is None else {}
        if call_book.move(session, row, state, report.sid, **more) and row.state in NOBODY_ANSWERED:
            ending.settle(session, row)


def held(session: Session, token: str) -> OutgoingCall | None:
    """The call of this token, locked, its number before it."""
    number = session.scalar(select(OutgoingCall.contact_point_id).where(OutgoingCall.token == token))
    if number is None:
        return None
    contact_points.hold(session, number)
    return call_book.of_token(session, token)


def settle() -> int:
    """Every call that is over, or of which nobody will hear any more: what follows. Returns how many were settled."""
    now = clock.now()
    with db.reading("outgoing.over") as session:
        over = or_(
            and_(OutgoingCall.state == "completed", OutgoingCall.ended_at <= now - AFTER_THE_END),
            OutgoingCall.state.in_(NOBODY_ANSWERED),
        )
        query = select(OutgoingCall.token).where(OutgoingCall.came_of.is_(None), over)
        found = session.scalars(query.order_by(OutgoingCall.id).limit(AT_ONCE)).all()
    settled = 0
    for token in found:
        with apart.Alone("outgoing_not_settled", 0), db.transaction("outgoing.settle") as session:
            row = held(session, token)
            settled += row is not None and ending.settle(session, row)
    return settled
