"""Days and times of screens, on a wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.web import times


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
