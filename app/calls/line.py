"""The practice's line outwards: one call a second and so many at once, whoever dials (TWILIO 5.5)."""

from datetime import timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app import clock
from app.messaging import call_book
from app.models.calls import NurseRing, OutgoingCall, PhoneCall
from app.models.practice import Practice

APART = timedelta(seconds=1)
LONGEST_CALL = timedelta(hours=1)
"""A call of which nothing was heard for so long holds no line any more."""


def free(session: Session, at_once: int) -> int:
    """How many lines of the `at_once` that the account allows may be taken now; none before a second has gone by since
    the last call."""
    now = clock.now()
    last = session.scalar(select(func.max(OutgoingCall.claimed_at)).where(OutgoingCall.claimed_at <= clock.beyond()))
    if last is not None and last > now - APART:
        return 0
    return max(at_once - _held(session), 0)


def needed(row: OutgoingCall, at_once: int) -> int:
    """A nurse who is put through needs a second line, to the patient; where there is but one, that one."""
    return min(2, at_once) if row.desk_item_id is not None else 1


def is_ours(session: Session, row: OutgoingCall, at_once: int) -> bool:
    """Whether the lines for it are free, with every other ticker waiting: the practice's row stands for them all."""
    session.execute(select(Practice.id).order_by(Practice.id).limit(1).with_for_update())
    return free(session, at_once) >= needed(row, at_once)


def _held(session: Session) -> int:
    """Calls of ours, and incoming ones that ring on at the practice or a nurse: each leg outwards is a line."""
    since = clock.now() - LONGEST_CALL
    ours = select(func.sum(case((OutgoingCall.desk_item_id.is_(None), 1), else_=2))).where(
        OutgoingCall.state.in_(call_book.UNDER_WAY), OutgoingCall.claimed_at > since
    )
    goes_on = (PhoneCall.ended_at.is_(None), PhoneCall.heard_at > since)
    to_practice = select(func.count()).where(*goes_on, PhoneCall.place == "connecting")
    to_nurses = (
        select(func.count())
        .select_from(PhoneCall)
        .join(NurseRing)
        .where(*goes_on, NurseRing.state.in_(("ringing", "taken")), NurseRing.seconds.is_(None))
    )
    return sum(session.scalar(each) or 0 for each in (ours, to_practice, to_nurses))
