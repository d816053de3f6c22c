"""Who is offered a time first, and why: by what was asked for, who was asked least of late, who has waited longest.

The rules know wishes, times and counts of offers: nothing of why anybody is seen, and nothing of anybody's health.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from app.scheduling.suiting import Place, Waits, against, for_her


class Suggestion(NamedTuple):
    """One who waits, beside a slot: what speaks against her, and for her, in words for staff."""

    waits: Waits
    slot: Place
    now: datetime
    against: tuple[str, ...]

    @property
    def request_id(self) -> int:
        return self.waits.request_id

    @property
    def asked(self) -> bool:
        """She is being offered a time now."""
        return self.waits.asked

    @property
    def for_her(self) -> tuple[str, ...]:
        """Worded when it is read: of thousands who wait a page shows some."""
        return tuple(for_her(self.slot, self.waits, self.now))

    @property
    def fits(self) -> bool:
        return not self.against


def rank(slot: Place, waiting: Iterable[Waits], now: datetime) -> list[Suggestion]:
    """All who wait: first whom it fits, whom we owe a time, the least often offered a time this week, then whoever has
    waited longest."""
    judged = [Suggestion(each, slot, now, against(slot, each, now)) for each in waiting]
    return sorted(judged, key=_turn)


def _turn(judged: Suggestion) -> tuple[bool, bool, int, datetime, int]:
    waits = judged.waits
    return bool(judged.against), not waits.owed, waits.offers, waits.since, waits.request_id
