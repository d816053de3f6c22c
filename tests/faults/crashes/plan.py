"""Which schedules are run: rehearsals show the points, points make deaths, what comes back from them second deaths."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from tests.faults.crashes.journeys.catalogue import JOURNEYS, KIND_OF
from tests.faults.crashes.schedule import Outcome, Schedule

Courses = Mapping[str, Sequence[str]]
"""The points that each journey comes by, in order."""

Worlds = Mapping[tuple[str, ...], Collection[str]]
"""By a journey and the death it died, if any: the points, of the course or of the recovery, that leave a world of their
own. Seen on SQLite; the points are the same on both databases."""


def name_of(point: str) -> str:
    """The transaction or way out that a point belongs to."""
    return point.partition(":")[0]


ONE_OF_OTHERS = 10
LEAVES_WHAT_WAS = (":begun", ":before")
"""Where nobody looked: whoever dies there leaves behind what stood at the point before."""
ON_THE_WIRE, TORN, RUNG = "door:half_answered", "spool.keep:", ":done"
"""What nobody sees by looking at what stands: half an answer, what the death itself tears, and who was rung."""


def of_pairs(course: Iterable[str], worlds: Collection[str] | None) -> list[str]:
    """The points that are paired: of each name the first that leaves another world than the point before it."""
    found: dict[str, str] = {}
    for point in apart(course, worlds):
        found.setdefault(point.partition("#")[0], point)
    return list(found.values())


def apart(course: Iterable[str], worlds: Collection[str] | None) -> list[str]:
    """The points that leave another world than the one before them."""
    return [
        point for point in course
        if point.startswith((ON_THE_WIRE, TORN)) or RUNG in point or _seen(point.partition("#")[0], point, worlds)
    ]  # fmt: skip


def _seen(plain: str, point: str, worlds: Collection[str] | None) -> bool:
    return point in worlds if worlds is not None else not plain.endswith(LEAVES_WHAT_WAS)


def worlds_of(outcomes: Iterable[Outcome]) -> Worlds:
    """What was seen when nobody died, and after each single death."""
    seen = [(outcome.schedule, outcome.worlds) for outcome in outcomes if outcome.worlds is not None]
    return {(schedule.journey, *schedule.deaths): frozenset(worlds) for schedule, worlds in seen}


def singles(database: str, courses: Courses) -> list[Schedule]:
    """Every death: each journey, at each point, each time it comes by."""
    return [Schedule(database, name, (point,)) for name, course in courses.items() for point in course]


def worth_a_death(courses: Courses, worlds: Worlds, seed: int, database: str) -> Courses:
    """Points that leave a world of their own, and of those that leave the one before them, which is died in already,
    one in so many, drawn by the seed: what was seen is tried, too."""
    chance = random.Random(f"{seed} {database}")  # noqa: S311  (no secret)
    return {
        name: [point for point in course if point in own or not chance.randrange(ONE_OF_OTHERS)]
        for name, course in courses.items() for own in (frozenset(apart(course, worlds.get((name,)))),)
    }  # fmt: skip


def all_pairs(outcomes: Iterable[Outcome], courses: Courses, worlds: Worlds) -> list[Schedule]:
    """Every second death after every first one, each at points that leave a world of their own (see of_pairs)."""
    firsts = {name: frozenset(of_pairs(course, worlds.get((name,)))) for name, course in courses.items()}
    return [
        Schedule(schedule.database, schedule.journey, (*schedule.deaths, second))
        for schedule, outcome in _by_schedule(outcomes)
        if JOURNEYS[schedule.journey].pairs and schedule.deaths[0] in firsts[schedule.journey]
        for second in of_pairs(outcome.recovery, worlds.get((schedule.journey, *schedule.deaths)))
    ]


def each_pair(pairs: Iterable[Schedule], seed: int) -> list[Schedule]:
    """Every ordered pair of points once for each kind of journey (texts, post, outages, desk), on one of those on which
    it comes about, drawn by the seed."""
    where: dict[tuple[str, ...], list[Schedule]] = defaultdict(list)
    for schedule in pairs:
        where[KIND_OF[schedule.journey], *(point.partition("#")[0] for point in schedule.deaths)].append(schedule)
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


def some_pairs(pairs: Sequence[Schedule], seed: int, count: int) -> list[Schedule]:
    """A few second deaths."""
    return random.Random(seed).sample(pairs, min(count, len(pairs)))  # noqa: S311


def _by_schedule(outcomes: Iterable[Outcome]) -> list[tuple[Schedule, Outcome]]:
    """In an order that does not depend on which worker was faster; broken ones have shown enough."""
    fine = {str(outcome.schedule): outcome for outcome in outcomes if not outcome.broken}
    return [(outcome.schedule, outcome) for _, outcome in sorted(fine.items())]
