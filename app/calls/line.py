"""The practice's line outwards: one call a second and so many at once, whoever dials (TWILIO 5.5)."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.messaging import call_book
from app.models.calls import OutgoingCall
from app.models.practice import Practice

APART = timedelta(seconds=1)
LONGEST_CALL = timedelta(hours=1)
"""A call of which nothing was heard for so long holds no line any more."""


def is_free(session: Session, at_once: int) -> bool:
    """Whether a second has gone by since the last one, and fewer are under way than the account allows."""
    now = clock.now()
    last = session.scalar(select(func.max(OutgoingCall.claimed_at)).where(OutgoingCall.claimed_at <= clock.beyond()))
    under_way = session.scalar(select(func.count()).where(
        OutgoingCall.state.in_(call_book.UNDER_WAY), OutgoingCall.claimed_at > now - LONGEST_CALL
    ))  # fmt: skip
    return (last is None or last <= now - APART) and (under_way or 0) < at_once


def is_ours(session: Session, at_once: int) -> bool:
    """The same as before, with every other ticker waiting: the practice's row stands for its one line."""
    session.execute(select(Practice.id).order_by(Practice.id).limit(1).with_for_update())
    return is_free(session, at_once)
