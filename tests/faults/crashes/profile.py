"""The profile `crashes`: kill the practice at its crash points, let it come back, and look whether all is well.

    python -m tests.faults --profile crashes --seed 1
    python -m tests.faults --profile crashes --seed 1 --run "sqlite confirm sending.claim:committed receipts.take:begun"

What is covered and how to read a failure: docs/faults.md.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from app.inbound import readings
from tests.faults.crashes import cast, plan
from tests.faults.crashes.databases import Database, Postgres, Sqlite
from tests.faults.crashes.journeys.catalogue import JOURNEYS
from tests.faults.crashes.schedule import Outcome, Schedule
from tests.faults.crashes.workers import Workers
from tests.faults.crashes.world import World
from tests.servers import minipg, valkey

KINDS = ("sqlite", "postgresql")
HOW_MUCH = {
    "sample": "a few, always the same for a seed",
    "singles": "every point of every journey",
    "prove": "points that leave a world of their own, some of the others by the seed; and pairs, as below",
    "pairs": "those, and each ordered pair of points for each kind of journey, on one of the databases, by the seed",
    "pairs-on-both": "those, and the pairs on both databases (hours)",
    "everything": "those, and each pair on each journey (hours)",
}
SAMPLE = {"sqlite": (8, 2), "postgresql": (5, 2)}
"""How many single and second deaths make a sample."""
SAYS_EVERY = 200
"""Schedules, after which it says how far it is: all of them take most of an hour."""
MOST_TOLD = 40
"""Violations; with so many of them nobody reads on."""
DEATHS = ("rehearsals", "singles", "pairs")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1, help="draws the sample, and how the world outside comes back")
    meant = "; ".join(f"{name}: {meaning}" for name, meaning in HOW_MUCH.items())
    parser.add_argument("--how-much", choices=HOW_MUCH, default="pairs", help=meant)
    parser.add_argument("--run", metavar="SCHEDULE", help="one schedule only, as a failure prints it")
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--journeys", type=lambda names: names.split(","), default=list(JOURNEYS), metavar="NAME,NAME")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many worlds side by side")
    parser.add_argument("--singles", type=int, metavar="N", help="of the points only so many, spread over the journeys")
    parser.add_argument("--pairs", type=int, metavar="N", help="of the pairs only so many on each database")
    parser.add_argument("--postgres", metavar="URL", help="a server to use instead of starting one (psycopg form)")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run what was asked for. One schedule alone (`--run`) ends the command by itself and leaves faults.json alone."""
    tally = Tally(options.seed)
    with contextlib.ExitStack() as stack:
        bench = Bench(stack, options)
        if options.run:
            schedule = Schedule.parse(options.run)
            with bench.workers(schedule.database, 1) as workers:
                _run(tally, workers, [schedule])
        else:
            _run_all(tally, bench, options)
    tally.say_how_it_went()
    if options.run:
        sys.exit(bool(tally.violations))
    return tally.report()


@dataclass
class Tally:
    """What is written down in the end. What broke the harness, or was raised, counts as a violation."""

    seed: int
    began: float = field(default_factory=time.monotonic)
    schedules: Counter[str] = field(default_factory=Counter)
    points: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)

    def take(self, answer: Outcome) -> None:
        """Count it, and say at once what went wrong and how to see it again."""
        schedule = answer.schedule
        self.schedules[f"{schedule.database} {DEATHS[len(schedule.deaths)]}"] += 1
        self.points.update(point.partition("#")[0] for point in (*answer.course, *answer.recovery))
        if answer.broken and len(self.violations) < MOST_TOLD:
            self.violations += [f"{schedule}, seed {self.seed}: {sentence}" for sentence in answer.broken]
            again = f'.venv/bin/python -m tests.faults --profile crashes --seed {self.seed} --run "{schedule}"'
            click.echo("\n  ".join((f"VIOLATION, seed {self.seed}: {schedule}", *answer.broken, again)))

    def report(self) -> dict[str, Any]:
        seconds, total = round(time.monotonic() - self.began, 1), sum(self.schedules.values())
        deaths = sum(count * DEATHS.index(name.split()[1]) for name, count in self.schedules.items())
        return {
            "at": time.strftime("%Y-%m-%d"), "seed": self.seed, "seconds": seconds, "cpu_seconds": _spent(),
            "faults": deaths,
            "schedules": dict(sorted(self.schedules.items())), "total": total,
            "per_second": round(total / max(seconds, 0.1), 1), "journeys": len(JOURNEYS),
            "points": sorted(self.points), "violations": self.violations,
        }  # fmt: skip

    def say_how_it_went(self) -> None:
        report = self.report()
        counted = ", ".join(f"{count} {name}" for name, count in report["schedules"].items())
        click.echo(
            f"{counted}; {len(self.violations)} violations; {report['seconds']} s, {report['per_second']} a second"
        )


def _spent() -> float:
    """Seconds of processor time, of this process and of all that it has waited for; servers keep their own."""
    return round(sum(os.times()[:4]), 1)


class Bench:
    """The servers, and as many worlds as are asked for."""

    def __init__(self, stack: contextlib.ExitStack, options: argparse.Namespace) -> None:
        readings.get_ready()
        cast.proved_dialogs()
        self._stack, self._jobs, self._seed = stack, options.jobs, options.seed
        self._postgres: str | None = options.postgres
        memory = Path("/dev/shm")
        self._folder = Path(tempfile.mkdtemp(prefix="handrail-faults-", dir=memory if memory.is_dir() else None))
        stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._valkey = stack.enter_context(valkey.running()).url.rpartition("/")[0]

    @contextlib.contextmanager
    def workers(self, kind: str, count: int = 0) -> Iterator[Workers]:
        if kind == "postgresql" and self._postgres is None:
            self._postgres = self._stack.enter_context(minipg.running())
        workers = Workers(lambda number: self._world(kind, number), count or self._jobs, self._seed)
        try:
            yield workers
        finally:
            workers.close()

    def _world(self, kind: str, number: int) -> World:
        """Made by the worker whose it is."""
        folder = self._folder / f"{kind}{number}"
        folder.mkdir()
        database: Database = Sqlite(folder)
        if kind == "postgresql" and self._postgres is not None:
            database = Postgres(self._postgres, f"faults_{os.getpid()}")
        return World(database, f"{self._valkey}/{number}", folder, cast.fill)


def _run_all(tally: Tally, bench: Bench, options: argparse.Namespace) -> None:
    """Rehearsals show the points, which are the same on both databases, and on SQLite, where looking is cheap, which of
    them leave worlds of their own; deaths show the points of the recoveries."""
    courses: plan.Courses = {}
    worlds: dict[tuple[str, ...], Collection[str]] = {}
    asked = KINDS if options.database == "both" else (options.database,)
    for kind in KINDS[: KINDS.index(asked[-1]) + 1]:
        with bench.workers(kind) as workers:
            if not courses:
                there_only = options.how_much == "sample"
                rehearsals = [Schedule(kind, name, there_only=there_only) for name in options.journeys]
                rehearsed = _run(tally, workers, rehearsals)
                courses = _courses(rehearsed)
                worlds.update(plan.worlds_of(rehearsed))
                _say_how_many(courses, worlds)
            if kind in asked:
                outcomes = _run(tally, workers, _singles(options, kind, courses, worlds))
                worlds.update(plan.worlds_of(outcomes))
                _run(tally, workers, _pairs(options, kind, plan.all_pairs(outcomes, courses, worlds)))


def _say_how_many(courses: plan.Courses, worlds: plan.Worlds) -> None:
    points = sum(len(course) for course in courses.values())
    apart = sum(len(plan.apart(course, worlds.get((name,)))) for name, course in courses.items())
    click.echo(f"{points} points on {len(courses)} journeys, {apart} leave a world of their own", err=True)


def _courses(rehearsed: list[Outcome]) -> plan.Courses:
    """Of every journey without a death. Where that does not hold, whatever dies on it says nothing more."""
    return {outcome.schedule.journey: outcome.course for outcome in rehearsed if not outcome.broken}


def _singles(options: argparse.Namespace, kind: str, courses: plan.Courses, worlds: plan.Worlds) -> list[Schedule]:
    if options.how_much == "prove":
        courses = plan.worth_a_death(courses, worlds, options.seed, kind)
    count = options.singles or (SAMPLE[kind][0] if options.how_much == "sample" else 0)
    return plan.some_singles(kind, courses, options.seed, count) if count else plan.singles(kind, courses)


def _pairs(options: argparse.Namespace, kind: str, pairs: list[Schedule]) -> list[Schedule]:
    match options.how_much:
        case "singles":
            return []
        case "sample":
            return plan.some_pairs(pairs, options.seed, options.pairs or SAMPLE[kind][1])
        case "everything":
            return pairs
    each = plan.each_pair(pairs, options.seed)
    click.echo(f"{kind}: {len(pairs)} pairs, {len(each)} different ones", err=True)
    on_one = options.how_much in ("prove", "pairs")
    drawn = plan.drawn_for(KINDS, kind, each, options.seed) if on_one else each
    return plan.some_pairs(drawn, options.seed, options.pairs) if options.pairs else drawn


def _run(tally: Tally, workers: Workers, schedules: list[Schedule]) -> list[Outcome]:
    outcomes = []
    for outcome in workers.run(schedules):
        tally.take(outcome)
        outcomes.append(outcome)
        if len(outcomes) % SAYS_EVERY == 0:
            click.echo(f"{outcome.schedule.database}: {len(outcomes)} of {len(schedules)}", err=True)
    return outcomes
