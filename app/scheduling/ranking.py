"""Who is offered a time first, and why: by what was asked for, who was asked least of late, who has waited longest.

The rules know wishes, times and counts of offers: nothing of why anybody is seen, and nothing of anybody's health.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.scheduling.suiting import Place, Waits, against, for_her


@dataclass(frozen=True)
class Suggestion:
    """One who waits, beside a slot: what speaks for her and what against, in words for staff."""

    request_id: int
    for_her: tuple[str, ...]
    against: tuple[str, ...]
    asked: bool = False  # she is being offered a time now

    @property
    def fits(self) -> bool:
        return not self.against


def rank(slot: Place, waiting: Iterable[Waits], now: datetime) -> list[Suggestion]:
    """All who wait: first whom it fits, the least often offered a time this week, then whoever has waited longest."""
    judged = [(each, _judged(slot, each, now)) for each in waiting]
    judged.sort(key=lambda pair: (not pair[1].fits, pair[0].offers, pair[0].since, pair[0].request_id))
    return [suggestion for _, suggestion in judged]


def _judged(slot: Place, waits: Waits, now: datetime) -> Suggestion:
    return Suggestion(waits.request_id, tuple(for_her(slot, waits, now)), against(slot, waits, now), waits.asked)
