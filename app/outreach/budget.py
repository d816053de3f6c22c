"""The contact budget of a number: how many talks we begin with it (P9, H52)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app import local_times
from dialogs.engine.cadences import Cadences
from dialogs.engine.vocabulary import WRONG_NUMBER

WEEK = timedelta(days=7)
OFFER = "slot_offer"
MISSED_CALL = "missed_call"
SLOT_GONE, SLOT_GONE_KEPT = "slot_gone", "slot_gone_kept"
OUTSIDE = (OFFER, WRONG_NUMBER, MISSED_CALL, "welcome", "snow_day", SLOT_GONE, SLOT_GONE_KEPT)
"""Dialogs that stand outside the budget: she asked for a time herself (DESIGN 6), or it answers what she wrote,
or that she called; a welcome takes no place from a visit; and not to come in vain is worth a text more."""


def free(
    budget: Cadences, begun: Sequence[tuple[datetime, bool]], at: datetime, zone: ZoneInfo
) -> datetime | None:  # fmt: skip
    """None while one more talk may begin with a number; else when it may. `begun`: when each talk of the last week was
    begun, the oldest first, and whether it is about another matter: what is asked again about one matter on one day, as
    when a visit was moved, is the same talk."""
    midnight, next_midnight = local_times.day_around(at, zone)
    found = [created_at for created_at, other in begun if created_at > at - WEEK and (other or created_at < midnight)]
    if sum(each >= midnight for each in found) >= budget.a_day:
        return next_midnight.astimezone(UTC)
    return found[-budget.a_week] + WEEK if len(found) >= budget.a_week else None
