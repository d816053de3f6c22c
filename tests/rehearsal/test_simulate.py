"""The practice simulator: people answer, nurses work, the carrier fails, and every invariant holds (HAZARDS 3.5)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def simulated(tmp_path: Path, patients: int, days: int, seed: int) -> str:
    """What `handrail simulate` prints, once it has ended well."""
    asked = ["--patients", str(patients), "--days", str(days), "--seed", str(seed)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-P", "-m", "app.cli", "simulate", *asked]
    ran = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not list(tmp_path.iterdir()), "something was left behind"
    return ran.stdout


def number(told: str, line: str) -> int:
    """The last number of a printed line: of how many."""
    (found,) = re.findall(rf"^ *{line}: (.*)$", told, re.MULTILINE)
    return int(re.findall(r"\d+", found)[-1])


@pytest.mark.slow
def test_a_small_practice_lives_a_day(tmp_path: Path) -> None:
    told = simulated(tmp_path, patients=60, days=1, seed=3)
    assert "18 invariants checked, 0 violations." in told
    assert number(told, "texts we sent") > 0
    assert number(told, "texts patients sent") > 0


@pytest.mark.prove
@pytest.mark.long(minutes=20)
@pytest.mark.timeout(3600)
def test_a_thousand_patients_live_a_month(tmp_path: Path) -> None:
    """Five thousand patient-days a minute is the goal on an idle machine; the proof is that nothing breaks."""
    told = simulated(tmp_path, patients=1000, days=30, seed=7)
    assert "18 invariants checked, 0 violations." in told
    (answered,) = re.findall(r"answered at least once: (\d+) %", told)
    assert 60 <= int(answered) <= 95, told
