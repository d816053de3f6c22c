"""A rehearsal: a practice lives through so many days against the stand-in carrier and its faults, and then every
invariant is looked at (HAZARDS 3.5). The same seed makes the same people, visits and faults."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app import clock, db
from app.rehearsal.evidence import Evidence
from app.rehearsal.figures import Figures, count
from app.rehearsal.invariants import RULES
from app.rehearsal.practice import CLOSES, ZONE, Rehearsed
from app.rehearsal.stage import Stage, opened
from app.simulator.carrier import Carrier
from app.simulator.faults import Fault

BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=ZONE)  # a Monday, the day after the clocks changed
STEP, AT_NIGHT, HURRY = timedelta(minutes=15), timedelta(minutes=60), timedelta(minutes=5)
AWAKE = range(7, 21)
CHANCE = 0.004
SPARED = frozenset({Fault.UNREGISTERED, Fault.READ_TIMEOUT})
"""The first shuts the whole practice; the second takes ten real seconds each (tests/carrier has it)."""
SHUTS_A_NUMBER = frozenset({Fault.LANDLINE, Fault.UNKNOWN_NUMBER, Fault.OPTED_OUT, Fault.OPTED_OUT_LATER})
QUIET_FOR = 20
"""Minutes after the last day in which nothing goes wrong any more: an unknown send is given to a person after 11."""


@dataclass(frozen=True)
class Outcome:
    """What came of it. violations: broken invariants by sentence; faults: how often each struck; seconds: real ones of
    the days alone."""

    figures: Figures
    violations: tuple[str, ...]
    checked: int
    faults: Counter[str]
    patient_days: int
    seconds: float

    @property
    def a_minute(self) -> float:
        """Patient-days in a real minute."""
        return 60 * self.patient_days / self.seconds


def play(folder: Path, patients: int, days: int, seed: int, told: Callable[[int], object]) -> Outcome:
    """Play it in `folder`, which must be empty; `told` hears after each day how many days are over."""
    with opened(folder, BEGINS) as stage:
        rng = random.Random(seed)  # noqa: S311  reproducible on purpose
        practice = Rehearsed(stage, patients, rng)
        _arm(stage.carrier, seed)
        began = time.monotonic()
        for day in range(days):
            _live_a_day(stage, practice)
            told(day + 1)
        seconds = time.monotonic() - began
        stage.carrier.faults.clear()
        stage.settle(QUIET_FOR)
        truth = stage.carrier.truth()
        with db.reading("rehearsal.evidence") as session:
            evidence = Evidence(session, truth, clock.now(), stage.settings.spool_dir, stage.settings.anchor_dir)
            found = tuple(f"{name}: {sentence}" for name, rule in RULES.items() for sentence in rule(evidence))
            figures = count(evidence, practice)
    struck = Counter(str(strike.fault) for strike in truth.struck)
    return Outcome(figures, found, len(RULES), struck, patients * days, seconds)


def _arm(carrier: Carrier, seed: int) -> None:
    for place, fault in enumerate(sorted(set(Fault) - SPARED)):
        chance = CHANCE / 4 if fault in SHUTS_A_NUMBER else CHANCE
        carrier.faults.arm(fault, None, chance=chance, seed=seed * 100 + place)


def _live_a_day(stage: Stage, practice: Rehearsed) -> None:
    """From one moment at which somebody does something to the next, with the ticker's round at each."""
    midnight = (stage.clock.at.astimezone(ZONE) + timedelta(days=1)).replace(hour=7, minute=0)
    closes = stage.clock.at.astimezone(ZONE).replace(hour=CLOSES.hour, minute=30)
    practice.morning()
    noted = False
    while (now := stage.clock.at) < midnight:
        practice.crowd.write(now)
        practice.staff.work(now)
        if not noted and now >= closes:
            practice.evening()
            noted = True
        stage.round()
        practice.crowd.read(now)
        step = STEP if now.astimezone(ZONE).hour in AWAKE else AT_NIGHT
        stage.clock.becomes(now + (HURRY if practice.staff.waited_for else step))
