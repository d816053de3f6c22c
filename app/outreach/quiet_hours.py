"""When outreach may go: by the clock on the patient's wall (P9, H52)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_opening(now: datetime, zone: ZoneInfo, opens: time, closes: time) -> datetime | None:
    """None when outreach may go now; else the instant (UTC) at which it may. Opening and closing are wall-clock
    times; a closing before the opening (midnight is one) is of the next day; equal times: it is never quiet."""
    local = now.astimezone(zone)
    wall = local.time()
    if opens == closes or (opens <= wall < closes if opens < closes else wall >= opens or wall < closes):
        return None
    day = local.date() if wall < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, tzinfo=zone).astimezone(UTC)
