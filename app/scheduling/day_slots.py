"""The times of a day that is moved: what nobody has goes along, so that none of the old day is given away."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.local_times import NoSuchTime, TwiceThatDay
from app.models.day_moves import DayMove
from app.models.practice import Location
from app.models.slots import Slot
from app.scheduling import day_plans, putting_up, slots


def shift(session: Session, move: DayMove) -> None:
    """Put up anew where the day goes, as far as the clinician has nothing there; offers of them are withdrawn."""
    zones = {row.id: ZoneInfo(row.time_zone) for row in session.scalars(select(Location))}
    query = select(Slot).where(
        Slot.provider_id == move.provider_id, Slot.state.in_(slots.CAN_BE_TAKEN), Slot.starts_at > clock.now(),
        *day_plans.there(move, Slot.location_id),
    )  # fmt: skip
    later = move.to_day > move.day or move.minutes > 0  # who goes later goes first from the end, into hours just left
    for slot in sorted(session.scalars(query), key=lambda each: each.starts_at, reverse=later):
        zone = zones[slot.location_id]
        if slot.starts_at.astimezone(zone).date() == move.day:
            try:
                putting_up.shift(session, slot, day_plans.moved_to(move, slot.starts_at, zone), move.made_by)
            except (NoSuchTime, TwiceThatDay):
                slots.take_back(session, slot.id, slot.version)
