"""Moments as people say them, in the practice's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`3:05 PM` for today, else `Tue Mar 4, 3:05 PM`; the year when it is another."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    clock_time = f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"
    if local.date() == today.date():
        return clock_time
    day = f"{local:%a %b} {local.day}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{day}{year}, {clock_time}"
