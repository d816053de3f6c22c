"""Every planted bug turns the suite red: a test that cannot fail proves nothing (HAZARDS G10)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.planted.bugs import BUGS, Bug

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("app", "dialogs", "escalation_desk", "tests", "docs", "pyproject.toml", ".env.example", "Procfile")
SOME_FAILED = 1
"""pytest's own exit code; 2 and more mean that the tests did not run."""


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_can_be_planted(bug: Bug) -> None:
    """What it changes still stands in the code, once, and the tests that are to catch it are there."""
    assert (ROOT / bug.file).read_text(encoding="utf-8").count(bug.was) == 1
    for address in bug.tests:
        file, _, name = address.partition("::")
        assert (ROOT / file).exists()
        assert not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.prove
@pytest.mark.timeout(400)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_is_caught(bug: Bug, tmp_path: Path) -> None:
    """In a copy of the house, by a pytest of its own."""
    copy = tmp_path / "house"
    copy.mkdir()
    for part in PARTS:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, copy / part)
    spoilt = copy / bug.file
    spoilt.write_text(spoilt.read_text(encoding="utf-8").replace(bug.was, bug.is_now), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *bug.tests, "-x", "-q", "-n", "0", "-p", "no:cacheprovider"],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == SOME_FAILED, f"{bug.hazard}, “{bug.name}”, was not caught:\n{done.stdout[-2000:]}"
