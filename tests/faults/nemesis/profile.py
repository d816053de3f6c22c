"""The profile `processes`: real processes under a nemesis, on both databases."""

import argparse
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from tests.faults.nemesis.run import PACE, Outcome, one

ONE_RUN = 120.0
"""Seconds of one run; a longer time is several runs, each with a seed and a practice of its own."""
DATABASES = ("postgresql", "sqlite")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=ONE_RUN, help="how long the nemesis is at work, all in all")
    parser.add_argument("--faults", type=int, help="enough of them: no further run once there were so many")
    parser.add_argument("--seed", type=int, help="of the first run; those after it have the next ones")
    parser.add_argument("--database", choices=DATABASES, help="one of them only; otherwise they take turns")
    parser.add_argument("--right-clocks", action="store_true", help="no clock is ever wrong; else every other run")
    parser.add_argument("--keep", type=Path, help="a folder for logs, ledgers and databases, one for each run")
    parser.add_argument("--pace", type=float, default=PACE, help="seconds between two faults, about")


def run(options: argparse.Namespace) -> dict[str, Any]:
    return report(_all(options))


def _all(options: argparse.Namespace) -> list[Outcome]:
    """Every run, told as it ends."""
    seed = options.seed if options.seed is not None else random.randrange(100_000)  # noqa: S311 printed, so it can be had again
    outcomes: list[Outcome] = []
    left = options.seconds
    while left > 0 and (not options.faults or sum(outcome.count for outcome in outcomes) < options.faults):
        database = options.database or DATABASES[len(outcomes) % 2]
        clocks = not options.right_clocks and len(outcomes) // 2 % 2 == 0  # on either database
        keep = options.keep / f"{database}-{seed + len(outcomes)}" if options.keep else None
        outcome = one(database, seed + len(outcomes), min(left, ONE_RUN), clocks=clocks, pace=options.pace, keep=keep)
        click.echo(
            f"{outcome.database}, seed {outcome.seed}: {outcome.count} faults, {len(outcome.violations)} violations"
        )
        if outcome.violations:
            click.echo(outcome.report())
        outcomes.append(outcome)
        left -= outcome.seconds
    return outcomes


def report(outcomes: list[Outcome]) -> dict[str, Any]:
    """For faults.json."""
    return {
        "at": time.strftime("%Y-%m-%d"),
        "faults": sum(outcome.count for outcome in outcomes),
        "violations": [
            f"{outcome.database}, seed {outcome.seed}: {each}" for outcome in outcomes for each in outcome.violations
        ],
        "runs": [
            {"database": outcome.database, "seed": outcome.seed, "seconds": outcome.seconds} for outcome in outcomes
        ],
        "acts": dict(sum((outcome.faults for outcome in outcomes), Counter[str]())),
        "struck_by_the_carrier": dict(sum((outcome.strikes for outcome in outcomes), Counter[str]())),
        "ended_by_themselves": dict(sum((outcome.died for outcome in outcomes), Counter[str]())),
        "texts": dict(sum((Counter(outcome.texts) for outcome in outcomes), Counter[str]())),
        "real_disk": all(outcome.small_disk for outcome in outcomes),
    }
