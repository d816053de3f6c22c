"""Real processes under a nemesis, on both databases: whatever it does, every invariant holds once it is calm again."""

import argparse

import pytest

from tests.faults.__main__ import write
from tests.faults.nemesis import profile
from tests.faults.nemesis.profile import ONE_RUN
from tests.faults.nemesis.run import PACE, one
from tests.servers.fixtures import ROOT

SECONDS = 14 * ONE_RUN
"""At most: a machine that has nothing else to do gets its faults into half of it."""
FAULTS = 2_000
SEED = 20_261_122


@pytest.mark.prove
@pytest.mark.long(minutes=15)
@pytest.mark.timeout(3300)
def test_two_thousand_faults_break_nothing() -> None:
    report = profile.run(
        argparse.Namespace(
            seed=SEED, seconds=SECONDS, faults=FAULTS, database=None, right_clocks=False, pace=PACE, keep=None
        )
    )  # fmt: skip
    write(ROOT / "faults.json", "processes", report)
    assert not report["violations"], "see above for the schedules"
    assert report["faults"] >= FAULTS


@pytest.mark.prove
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_taste(database: str) -> None:
    """One seed, few faults: what to run after a change to the harness itself."""
    outcome = one(database, SEED, 10)
    assert not outcome.violations, outcome.report()
    assert outcome.count >= 5
