"""Times that staff type, on a location's wall: an hour that a DST change leaves out or repeats is asked for (H44)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.web import times

Which = Literal["", "first", "second"]


class NoSuchTime(ValueError):
    """The clocks go forward over this time; the message is a sentence."""


class TwiceThatDay(ValueError):
    """The clocks go back over this time, so it comes twice and somebody must say which; the message is a sentence."""


def instant(day: date, at: time, zone: str, which: str = "") -> datetime:
    """The instant (UTC) of a wall-clock time. `which` is first or second for a time that comes twice.
    Raises NoSuchTime or TwiceThatDay."""
    first, second = (datetime.combine(day, at, tzinfo=ZoneInfo(zone)).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, at):
        raise NoSuchTime("The clocks go forward that day and leave this time out. Please choose another.")
    if which == "first":
        return first.astimezone(UTC)
    if which == "second":
        return second.astimezone(UTC)
    raise TwiceThatDay(
        f"The clocks go back that day, so this time comes twice: first in {first.tzname()}, "
        f"then an hour later in {second.tzname()}. Please say which one is meant."
    )


def start_of(day: date, zone: str) -> datetime:
    """When a day begins on the wall, as an instant; in zones that leave midnight out, an hour that stands for it."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def spoken(day: str, at: str) -> str:
    """`Tue Nov 24, 3:05 PM` for a day and a time as a form has them; as they were typed when they are none."""
    try:
        there = datetime.fromisoformat(f"{day}T{at}")
    except ValueError:
        return f"{day} {at}".strip()
    return f"{times.day(there)}, {times.clock_time(there)}"


def days_from(first: date, many: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(many)]
