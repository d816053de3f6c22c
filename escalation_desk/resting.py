"""Letting an item rest: for some minutes, by whoever has it and with a reason; its age and its lease go on (P7)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import clock
from escalation_desk import items
from escalation_desk.handling import LONGEST_NOTE
from escalation_desk.holding import Refused, change, note_down, owned
from escalation_desk.models import DeskItem

MINUTES = (5, 10, 15, 20)
"""Shorter than a lease, so that nobody lets a thing rest and forgets it: the lease ends, and others see it."""


def rest(session: Session, item_id: int, staff_id: int, minutes: int, why: str) -> None:
    """Let it rest: it stays hers, stands where it stood with its age, and shows when it comes back. Not crisis and
    emergency words, and not beyond the lease. New words end it. Raises Refused."""
    item = owned(session, item_id, staff_id)
    if item.rank == items.CRISIS_RANK:
        raise Refused("Crisis and emergency words never rest. Please go on with them, or give the item back.")
    if minutes not in MINUTES:
        raise Refused("Please choose how long it may rest.", "rest_why")
    if not why.strip():
        raise Refused("Please write what it waits for: a call back, a colleague, a result.", "rest_why")
    if len(why) > LONGEST_NOTE:
        raise Refused(f"The reason has {len(why)} characters; {LONGEST_NOTE} fit. Please shorten it.", "rest_why")
    until = clock.now() + timedelta(minutes=minutes)
    if item.lease_until is None or until > item.lease_until:
        raise Refused("It is yours for less time than that. Claim it anew first, or choose fewer minutes.", "rest_why")
    change(session, item, rests_until=until)
    note_down(session, item, "rested", staff_id, words=why.strip(), minutes=minutes)


def until(item: DeskItem, now: datetime) -> datetime | None:
    """Until when it rests, or since when it is back, while somebody has it; None otherwise."""
    had = item.state == "claimed" and item.lease_until is not None and item.lease_until > now
    return item.rests_until if had else None
