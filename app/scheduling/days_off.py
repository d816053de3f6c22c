"""Days on which we are not there: those on which the practice is closed, and those that were called off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.cover import ClosedDay
from app.models.snow_days import SnowDay


@dataclass(frozen=True)
class DayOff:
    """A day off in words for staff; `snow_day`: what was called off, where it was that."""

    day: date
    said: str
    snow_day: SnowDay | None = None


def against(session: Session, day: date, provider_id: int, location_id: int) -> Iterator[str]:
    """Why this clinician does not see anybody at this place on that day of its wall, in words for staff."""
    if (closed := session.get(ClosedDay, day)) is not None:
        yield f"The practice is closed that day: {closed.name}."
    off = select(SnowDay.id).where(
        SnowDay.day == day, SnowDay.undone_at.is_(None),
        or_(SnowDay.provider_id.is_(None), SnowDay.provider_id == provider_id),
        or_(SnowDay.location_id.is_(None), SnowDay.location_id == location_id),
    )  # fmt: skip
    if session.scalar(off.limit(1)) is not None:
        yield "That day was called off."


def between(session: Session, first: date, last: date) -> list[DayOff]:
    """The days off from `first` to `last`, holidays before what was called off."""
    closed = select(ClosedDay).where(ClosedDay.day.between(first, last)).order_by(ClosedDay.day)
    off = select(SnowDay).where(SnowDay.day.between(first, last), SnowDay.undone_at.is_(None)).order_by(SnowDay.id)
    holidays = [DayOff(each.day, f"Closed: {each.name}") for each in session.scalars(closed)]
    return holidays + [DayOff(each.day, "Called off", each) for each in session.scalars(off)]
