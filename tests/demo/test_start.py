"""A start is quick because nobody loads what another process needs."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
PROGRAM = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1].split()]; print(*sys.modules)"


@pytest.mark.parametrize(
    ("loaded", "left_out"),
    [
        ("app.cli.main app.demo.command", ["sqlalchemy", "flask", "escalation_desk.classifier"]),
        ("app.starting app.jobs app.ticker", ["wordfreq", "flask", "alembic"]),
        ("app.simulator.server", ["sqlalchemy", "pydantic", "redis"]),
    ],
    ids=["demo", "worker-and-ticker", "carrier"],
)
def test_a_process_loads_no_more_than_it_needs(loaded: str, left_out: list[str]) -> None:
    command = [sys.executable, "-P", "-c", PROGRAM, loaded]
    modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded.split()) <= set(modules)
    assert [name for name in left_out if name in modules] == []
