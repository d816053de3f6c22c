"""When outreach may go: by the clock on the patient's wall (P9, H52)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_opening(now: datetime, zone: ZoneInfo, opens: time, closes: time) -> datetime | None:
    """None when outreach may go now; else the instant (UTC) at which it may. Opening and closing are wall-clock
    times of the same day; equal times mean that it is never quiet."""
    if opens == closes:
        return None
    local = now.astimezone(zone)
    if opens <= local.time().replace(tzinfo=None) < closes:
        return None
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, tzinfo=zone).astimezone(UTC)
