"""Slots that a person puts up: each at an hour in which its clinician has nothing (P8, H41)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.practice import Location, Provider
from app.models.slots import Slot
from app.scheduling import days_off, ehr, slots

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
MOST_AT_ONCE = 24


class SlotRefused(Exception):
    """It cannot be put up so; the message is a sentence for the person at the screen."""


@dataclass(frozen=True)
class Wanted:
    """Times to put up: each of the same length, with one clinician at one place."""

    provider_id: int
    location_id: int
    visit_kind: str | None
    starts: Sequence[datetime]
    length: timedelta


def put_up(session: Session, wanted: Wanted, staff_id: int) -> list[int]:
    """All of them, or none. Raises SlotRefused. The clinician's row is locked, so that of two who put up the same hour
    one is told."""
    slots.lock(session, wanted.provider_id)
    provider = session.get_one(Provider, wanted.provider_id)
    zone = session.scalars(select(Location.time_zone).where(Location.id == wanted.location_id)).one()
    _refuse_odd(wanted)
    for day in sorted({starts_at.astimezone(ZoneInfo(zone)).date() for starts_at in wanted.starts}):
        for why in days_off.against(session, day, wanted.provider_id, wanted.location_id):
            raise SlotRefused(f"{why} Nothing was put up.")
    for starts_at in wanted.starts:
        if taken := slots.taken(session, wanted.provider_id, starts_at, starts_at + wanted.length):
            raise SlotRefused(f"{provider.name} has {taken} at {ehr.on_the_wall(starts_at, zone)}. Nothing was put up.")
    return [
        slots.add(
            session, wanted.provider_id, wanted.location_id, wanted.visit_kind, starts_at, wanted.length, staff_id
        ).id
        for starts_at in wanted.starts
    ]


def _refuse_odd(wanted: Wanted) -> None:
    if not SHORTEST <= wanted.length <= LONGEST:
        raise SlotRefused("A time lasts between 5 minutes and 8 hours. Please check the length.")
    if not 1 <= len(wanted.starts) <= MOST_AT_ONCE:
        raise SlotRefused(f"Up to {MOST_AT_ONCE} times can be put up at once.")
    if min(wanted.starts) <= clock.now():
        raise SlotRefused("This time is over. Please check the day and the time.")


def shift(session: Session, slot: Slot, starts_at: datetime, staff_id: int) -> bool:
    """A time that nobody has goes where its day goes: whoever is offered it is too late, and it is put up anew at the
    new hour. False when the clinician has something then, so that it was only taken back."""
    length, state = slot.ends_at - slot.starts_at, slot.state
    slots.take_back(session, slot.id, slot.version)
    if (
        state not in slots.OFFERED
        or starts_at <= clock.now()
        or slots.taken(session, slot.provider_id, starts_at, starts_at + length)
    ):
        return False
    slots.add(session, slot.provider_id, slot.location_id, slot.visit_kind, starts_at, length, staff_id)
    return True
