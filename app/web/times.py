"""Moments and waits as staff read them: one wording for every screen and sentence."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app import clock

LOCALE = "en_US"
NARROW_SPACE = "\u202f"


def clock_time(there: datetime) -> str:
    """`3:05 PM`, on the wall that `there` already stands for."""
    return format_datetime(there, "h:mm a", locale=LOCALE).replace(NARROW_SPACE, " ")


def day(there: datetime) -> str:
    """`Tue Nov 24`; with its year when that is not this one."""
    this_year = there.year == clock.now().astimezone(there.tzinfo).year
    return format_datetime(there, "EEE MMM d" if this_year else "EEE MMM d y", locale=LOCALE)


def local(at: datetime, zone: str) -> str:
    """`Tue Nov 24, 3:05 PM` in the zone."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{day(there)}, {clock_time(there)}"


def moment(at: datetime, zone: str) -> str:
    """`3:05 PM` for today, else as `local`."""
    there = at.astimezone(ZoneInfo(zone))
    today = clock.now().astimezone(there.tzinfo).date()
    return clock_time(there) if there.date() == today else local(at, zone)


def ahead(at: datetime, zone: str) -> str:
    """How far off something is, by the days of the wall: `in 2 h 5 min` on the same day, `tomorrow`, `in 3 days`."""
    now = clock.now()
    days = (at.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date()).days
    if days <= 0:
        return f"in {age(at - now)}"
    return "tomorrow" if days == 1 else f"in {days} days"


def age(delta: timedelta) -> str:
    """How long something has waited: `less than 1 min`, `4 min`, `2 h 5 min`, `3 days`."""
    minutes = int(delta.total_seconds() // 60)
    if minutes < 1:
        return "less than 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return "1 day" if hours < 48 else f"{hours // 24} days"
