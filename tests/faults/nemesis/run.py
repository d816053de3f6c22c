"""One run: a practice at work, a nemesis beside it, then calm, and a look at what is left."""

import heapq
import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.simulator import truth
from tests.faults.nemesis import acts, closing, fleet
from tests.faults.nemesis.acts import Ending
from tests.faults.nemesis.bots import Bot, Colleague, Memory, Phones
from tests.faults.nemesis.fleet import Fleet
from tests.faults.nemesis.practice import NUMBERS, STAFF
from tests.servers import minipg

FIRST_CALM = 3.0
PACE = 0.35
LISTS = {"nurse": "/desk/nurses", "front_desk": "/desk/front-desk"}


@dataclass
class Outcome:
    """What was done in one run, and what of it went wrong. schedule: what, when, in the order it happened. clocks:
    whether the nemesis may set clocks wrong."""

    database: str
    seed: int
    seconds: float
    clocks: bool = True
    faults: Counter[str] = field(default_factory=Counter)
    strikes: Counter[str] = field(default_factory=Counter)
    died: Counter[str] = field(default_factory=Counter)
    texts: dict[str, int] = field(default_factory=dict)
    schedule: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    small_disk: bool = True

    @property
    def count(self) -> int:
        """Faults that happened: what the nemesis did, and each text that the carrier struck."""
        done = sum(count for name, count in self.faults.items() if name != "carrier")
        return done + sum(self.strikes.values())

    def report(self) -> str:
        """For whoever must find out: what broke, under which schedule, and how to see it again."""
        again = f"--profile processes --database {self.database} --seed {self.seed} --seconds {self.seconds:g}"
        again += "" if self.clocks else " --right-clocks"
        broken = "\n".join(f"  {violation}" for violation in self.violations)
        return (
            f"Broken:\n{broken}\nSchedule:\n  "
            + "\n  ".join(self.schedule)
            + f"\nAgain: python -m tests.faults {again}"
        )


class Nemesis:
    """Does one act after the other, chosen by its seed, and ends what it began."""

    def __init__(self, practice: Fleet, outcome: Outcome, pace: float) -> None:
        self._fleet, self._outcome, self._pace = practice, outcome, pace
        self._rng = random.Random(outcome.seed)  # noqa: S311 reproducible on purpose
        self._endings: list[tuple[float, int, Ending]] = []
        self._number = itertools.count()
        self._began = time.monotonic()

    def rage(self, seconds: float) -> None:
        next_at, ends_at = self._began, self._began + seconds
        while (now := time.monotonic()) < ends_at:
            self._end_what_is_over(now)
            self._outcome.died.update(self._fleet.revive())
            if now >= next_at:
                self._act()
                next_at = time.monotonic() + self._rng.uniform(0.2, 1.8) * self._pace
            time.sleep(0.02)
        self._end_what_is_over(float("inf"))

    def _act(self) -> None:
        names = [name for name in acts.ACTS if self._outcome.clocks or name not in acts.CLOCKS]
        (name,) = self._rng.choices(names, weights=[acts.ACTS[one][0] for one in names])
        at = time.monotonic() - self._began
        done = acts.ACTS[name][1](self._fleet, self._rng)
        if done is None:
            return
        self._outcome.faults[name] += 1
        lasts = f" for {done.seconds:.1f} s" if done.ending else ""
        self._outcome.schedule.append(f"{at:7.2f} {name} {done.told}{lasts}".rstrip())
        if done.ending:
            ends_at = time.monotonic() + done.seconds
            heapq.heappush(self._endings, (ends_at, next(self._number), done.ending))

    def _end_what_is_over(self, now: float) -> None:
        while self._endings and self._endings[0][0] <= now:
            heapq.heappop(self._endings)[2]()


def one(
    database: str, seed: int, seconds: float, *, clocks: bool = True, pace: float = PACE, keep: Path | None = None
) -> Outcome:
    """A whole run. pace: seconds between two acts, about. keep: a new folder for all that is left of it."""
    outcome = Outcome(database, seed, seconds, clocks)
    if keep is not None:
        keep.mkdir(parents=True)
        _run(keep.resolve(), outcome, pace)
        return outcome
    with tempfile.TemporaryDirectory(prefix="handrail-nemesis-", ignore_cleanup_errors=True) as name:
        _run(Path(name), outcome, pace)
    return outcome


def _run(folder: Path, outcome: Outcome, pace: float) -> None:
    memory = Memory()
    with _server(outcome.database) as postgres, fleet.running(folder, outcome.database, postgres) as practice:
        outcome.small_disk = practice.nursery.small_disk
        bots = _people(practice, memory, outcome.seed)
        Nemesis(practice, outcome, pace).rage(outcome.seconds)
        practice.heal()
        for bot in bots:
            bot.ask_to_end()
        time.sleep(FIRST_CALM)
        for bot in bots:
            bot.end()
        practice.wait_until_up()
        outcome.violations += closing.broken(practice, memory, clocks_lied=outcome.clocks)
        happened = truth.read(folder / "carrier.jsonl")
        outcome.strikes.update(strike.fault.value for strike in happened.struck)
        outcome.texts = {
            "in": len(happened.inbound),
            "out": len(happened.accepted),
            "callbacks": len(happened.callbacks),
        }


def _people(practice: Fleet, memory: Memory, seed: int) -> list[Bot]:
    phones = Phones(practice.carrier_url, NUMBERS, memory)
    patients = [Bot(phones.somebody_texts, 0.8, f"{seed}:patient:{place}") for place in range(3)]
    staff = [Colleague(practice.url, name, LISTS[role], memory) for name, role in STAFF.items()]
    return patients + [Bot(one.works, 1.2, f"{seed}:staff:{place}") for place, one in enumerate(staff)]


@contextmanager
def _server(database: str) -> Iterator[minipg.Server | None]:
    if database == "sqlite":
        yield None
        return
    with minipg.server(durable=True) as postgres:  # hasty, it would forget a commit that it had confirmed, when killed
        yield postgres
