"""The papers speak of things that are there, and the decisions stay short."""

import re
from pathlib import Path

import pytest

from app.cli.main import COMMANDS
from tests.guards.source import ROOT

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *DECISIONS]
OURS = re.compile(r"`((?:app|dialogs|escalation_desk|tests|docs|tools)/[\w./*-]*)(?:::\w+)?`")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_file_a_paper_names_is_there(paper: Path) -> None:
    for name in OURS.findall(paper.read_text(encoding="utf-8")):
        assert list(ROOT.glob(name.rstrip("/"))), f"{paper.name} speaks of {name}"


def test_every_command_a_paper_names_is_there() -> None:
    for paper in PAPERS:
        for name in re.findall(r"`handrail ([a-z-]+)", paper.read_text(encoding="utf-8")):
            assert name in COMMANDS, f"{paper.name}: handrail {name}"


def test_decisions_are_numbered_and_short() -> None:
    assert len({path.name[:4] for path in DECISIONS}) == len(DECISIONS)  # several hands take numbers at once
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert text.count("\n") <= 25, path.name
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences"], path.name
