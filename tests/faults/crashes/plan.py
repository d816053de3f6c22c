"""Which schedules are run: rehearsals show the points, points make deaths, what comes back from them second deaths."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tests.faults.crashes.journeys.catalogue import JOURNEYS, KIND_OF
from tests.faults.crashes.schedule import Outcome, Schedule

Courses = Mapping[str, Sequence[str]]
"""The points that each journey comes by, in order."""


def name_of(point: str) -> str:
    """The transaction or way out that a point belongs to."""
    return point.partition(":")[0]


LEAVES_WHAT_WAS = (":begun", ":before")
"""Whoever dies there leaves behind what stood at the point before: nothing was written since, and no call had left."""


def of_pairs(course: Iterable[str]) -> list[str]:
    """The points that are paired: each at its first time (`#2` and so on are left out), and none that leaves the same
    world as the one before it."""
    return [point for point in course if "#" not in point and not point.endswith(LEAVES_WHAT_WAS)]


def singles(database: str, courses: Courses) -> list[Schedule]:
    """Every death: each journey, at each point, each time it comes by."""
    return [Schedule(database, name, (point,)) for name, course in courses.items() for point in course]


def all_pairs(outcomes: Iterable[Outcome]) -> list[Schedule]:
    """Every second death, at each point of each recovery (see of_pairs), after every first death at such a point."""
    return [
        Schedule(schedule.database, schedule.journey, (*schedule.deaths, second))
        for schedule, outcome in _by_schedule(outcomes)
        if JOURNEYS[schedule.journey].pairs and of_pairs(schedule.deaths)
        for second in of_pairs(outcome.recovery)
    ]


def each_pair(outcomes: Iterable[Outcome], seed: int) -> list[Schedule]:
    """Every ordered pair of points once for each kind of journey (texts, post, outages, desk), on one of those on which
    it comes about, drawn by the seed."""
    where: dict[tuple[str, ...], list[Schedule]] = defaultdict(list)
    for schedule in all_pairs(outcomes):
        where[KIND_OF[schedule.journey], *schedule.deaths].append(schedule)
    return [random.Random(f"{seed} {pair}").choice(found) for pair, found in sorted(where.items())]  # noqa: S311


def drawn_for(kinds: Sequence[str], database: str, schedules: Iterable[Schedule], seed: int) -> list[Schedule]:
    """Of these, the ones whose deaths the seed draws for this one of several databases: between them, each once."""
    return [one for one in schedules if random.Random(f"{seed} {one.deaths}").choice(kinds) == database]  # noqa: S311


def some_singles(database: str, courses: Courses, seed: int, count: int) -> list[Schedule]:
    """A few deaths, spread over the journeys; the same ones for a seed."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    names = [name for name, course in courses.items() if course]
    first = chance.randrange(len(names))
    drawn = [names[(first + number) % len(names)] for number in range(count)]
    return [Schedule(database, name, (chance.choice(courses[name]),)) for name in drawn]


def some_pairs(outcomes: Iterable[Outcome], seed: int, count: int) -> list[Schedule]:
    """A few second deaths."""
    pairs = all_pairs(outcomes)
    return random.Random(seed).sample(pairs, min(count, len(pairs)))  # noqa: S311


def _by_schedule(outcomes: Iterable[Outcome]) -> list[tuple[Schedule, Outcome]]:
    """In an order that does not depend on which worker was faster; broken ones have shown enough."""
    fine = {str(outcome.schedule): outcome for outcome in outcomes if not outcome.broken}
    return [(outcome.schedule, outcome) for _, outcome in sorted(fine.items())]
