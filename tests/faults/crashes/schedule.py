"""One schedule: a journey, a point to die at, perhaps a second one in the recovery; and how it is run."""

from dataclasses import dataclass

from tests.faults.crashes.journeys.catalogue import JOURNEYS
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.life import HarnessFault, Life
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.recovery import Again, Manner, come_back, judge
from tests.faults.crashes.world import Snapshot, World

WARMING = ("confirm", "outage-clinical", "answer")


@dataclass(frozen=True)
class Schedule:
    """deaths: points in order, the first met on the journey, the second in the recovery; none at all is a rehearsal.
    there_only: a rehearsal that ends when people have pressed again; nothing is waited for, and nothing judged."""

    database: str
    journey: str
    deaths: tuple[str, ...] = ()
    there_only: bool = False

    def __str__(self) -> str:
        return " ".join((self.database, self.journey, *self.deaths))

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        database, journey, *deaths = text.split()
        if journey not in JOURNEYS:
            raise ValueError(f"There is no journey {journey}; there are: {', '.join(JOURNEYS)}.")
        return cls(database, journey, tuple(deaths))


@dataclass(frozen=True)
class Outcome:
    """course, recovery: the points that each came by, if nothing cut it short; worlds: those of the course, or after a
    death of the recovery, that leave a world of their own, None where nobody could look; broken: what did not hold in
    the end."""

    schedule: Schedule
    course: tuple[str, ...] = ()
    recovery: tuple[str, ...] = ()
    worlds: tuple[str, ...] | None = None
    broken: tuple[str, ...] = ()


class Runner:
    """Runs schedules in one world, keeping what each journey begins with."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._seed = world, seed
        self._beginnings: dict[str, Snapshot] = {}

    def run(self, schedule: Schedule) -> Outcome:
        """Live, die, come back, perhaps die again and come back again, and judge. Raises HarnessFault."""
        journey = JOURNEYS[schedule.journey]
        beginning = self._beginning(journey)
        practice = Practice(self._world, {**beginning.notes})
        # by the first death alone: a second one is chosen among the points that the first one's recovery came by
        manner = Manner.drawn(self._seed, f"{schedule.journey} {_nth(schedule.deaths, 0)}")
        self._world.begin(beginning)
        many = len(schedule.deaths)
        course = self._world.live(lambda: _goes(practice, journey), _nth(schedule.deaths, 0), looked_at=many == 0)
        _must_die(schedule, 0, course)
        if schedule.there_only:
            again = self._world.live(lambda: _presses_again(practice, journey))
            return Outcome(schedule, course.hits, again.hits, course.apart)
        first = self._world.live(
            lambda: _recovers(practice, journey, manner), _nth(schedule.deaths, 1),
            looked_at=many == 1 and journey.pairs,
        )  # fmt: skip
        _must_die(schedule, 1, first)
        if first.died:
            first = self._world.live(lambda: _recovers(practice, journey, manner))
        worlds = (first if course.died else course).apart
        return Outcome(schedule, course.hits, first.hits, worlds, tuple(first.answer))

    def warm(self) -> None:
        """Go through some journeys in this very process, so that all its children know the way: what SQLAlchemy has
        compiled and templates have become is kept."""
        for journey in (JOURNEYS[name] for name in WARMING):
            beginning = self._beginning(journey)
            practice = Practice(self._world, {**beginning.notes})
            self._world.begin(beginning)
            self._world.log.touch()
            _goes(practice, journey)
            _recovers(practice, journey, Manner(Again.TWICE, Again.TWICE))
            self._world.let_go()

    def _beginning(self, journey: Journey) -> Snapshot:
        if journey.name not in self._beginnings:
            self._beginnings[journey.name] = self._made(journey)
        return self._beginnings[journey.name]

    def _made(self, journey: Journey) -> Snapshot:
        base = self._world.unfilled if journey.unfilled else self._world.filled
        if journey.before is None:
            return base
        before, practice = journey.before, Practice(self._world, {**base.notes})
        self._world.begin(base)
        with_door = self._world.live(lambda: _prepares(practice, before))
        return self._world.keep({**base.notes, **with_door.answer})


def _prepares(practice: Practice, before: "object") -> object:
    with practice.open():
        return before(practice)  # type: ignore[operator]


def _goes(practice: Practice, journey: Journey) -> None:
    journey.wakes(practice)
    with practice.open():
        journey.goes(practice)


def _presses_again(practice: Practice, journey: Journey) -> None:
    journey.wakes(practice)
    with practice.open():
        journey.again(practice)


def _recovers(practice: Practice, journey: Journey, manner: Manner) -> list[str]:
    journey.wakes(practice)
    with practice.open():
        come_back(practice, journey, manner)
    return judge(practice, journey)


def _nth(deaths: tuple[str, ...], nth: int) -> str | None:
    return deaths[nth] if nth < len(deaths) else None


def _must_die(schedule: Schedule, nth: int, life: Life) -> None:
    wanted = _nth(schedule.deaths, nth)
    if wanted is not None and not life.died:
        raise HarnessFault(f"{schedule}: {wanted} was never met")
