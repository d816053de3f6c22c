"""Which faults are switched on, for how many texts or with what chance; the same seed strikes the same ones."""

import random
import threading
from dataclasses import dataclass, field

from app.simulator.faults import MEANINGS, E, Fault, Struck

LONGEST = 48 * 3600.0
"""Seconds that anything may take."""


class BadSwitch(ValueError):
    """A fault cannot be armed like this; the text says why."""


@dataclass(slots=True)
class Switch:
    """One armed fault. left: how many it will still strike; None until it is disarmed."""

    fault: Fault
    left: int | None
    chance: float
    seed: int
    seconds: float
    draws: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        usual = MEANINGS[self.fault].seconds
        if self.left is not None and self.left < 1:
            raise BadSwitch("A fault strikes at least once: times is 1 or more, or null for all.")
        if not 0 < self.chance <= 1:
            raise BadSwitch("The chance is more than 0 and at most 1.")
        if not 0 <= self.seconds <= LONGEST:
            raise BadSwitch(f"The seconds are between 0 and {LONGEST:.0f}.")
        if usual is None and self.seconds:
            raise BadSwitch("This fault takes no time: leave the seconds out.")
        self.draws = random.Random(f"{self.fault}:{self.seed}")  # noqa: S311 reproducible on purpose

    def bites(self) -> bool:
        """One more text comes by."""
        struck = self.draws.random() < self.chance
        if struck and self.left is not None:
            self.left -= 1
        return struck


class Faults:
    """The switches. Nothing is on after a restart."""

    def __init__(self) -> None:
        self._armed: dict[Fault, Switch] = {}
        self._lock = threading.Lock()

    def arm(
        self,
        fault: Fault,
        times: int | None = 1,
        *,
        chance: float = 1.0,
        seed: int = 0,
        seconds: float | None = None,
    ) -> None:
        """Strike the next `times` texts or requests, each with this chance. Raises BadSwitch."""
        span = seconds if seconds is not None else MEANINGS[fault].seconds or 0.0
        switch = Switch(fault, times, chance, seed, span)
        with self._lock:
            self._armed[fault] = switch

    def disarm(self, fault: Fault) -> None:
        with self._lock:
            self._armed.pop(fault, None)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def armed(self) -> dict[Fault, Switch]:
        with self._lock:
            return dict(self._armed)

    def take(self, kind: type[E]) -> Struck[E] | None:
        """The fault of this kind that strikes now, if any: the first in the order of the vocabulary."""
        with self._lock:
            for fault in Fault:
                switch, effect = self._armed.get(fault), MEANINGS[fault].effect
                if switch is None or type(effect) is not kind or not switch.bites():
                    continue
                if switch.left == 0:
                    del self._armed[fault]
                return Struck(fault, effect, switch.seconds)
        return None
