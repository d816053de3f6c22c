"""The list of hazards tells the truth: every proof it names is there, and no hazard is left out."""

import ast
import re
from functools import cache

import pytest

from tests.guards.source import ROOT

PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TEXT = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
HELD, NOT_YET = TEXT.split("## Not held yet")


def ids(part: str) -> list[int]:
    """The ids in the first column of a part's tables."""
    firsts = [line.split("|")[1] for line in part.splitlines() if re.match(r"\| H\d", line)]
    return [int(number) for first in firsts for number in re.findall(r"\bH(\d\d)\b", first)]


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), sorted(set(PROOF.findall(TEXT))))
def test_every_proof_is_there(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    assert name.startswith("test_")
    assert name in names_in(path)


def test_every_hazard_stands_in_one_part() -> None:
    assert sorted(ids(HELD) + ids(NOT_YET)) == list(range(1, 77))


def test_every_held_hazard_names_a_proof_and_no_other_does() -> None:
    rows = [line for line in HELD.splitlines() if re.match(r"\| H\d", line)]
    assert [line for line in rows if not PROOF.search(line)] == []
    assert not PROOF.search(NOT_YET)
