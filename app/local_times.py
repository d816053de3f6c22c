"""Instants from times on a wall: an hour that a DST change leaves out or repeats is asked for (H44)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


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


def day_around(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The midnights on that wall between which the instant lies; 23 or 25 hours apart where the clocks change."""
    day = at.astimezone(zone).date()
    return datetime.combine(day, time(), tzinfo=zone), datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
