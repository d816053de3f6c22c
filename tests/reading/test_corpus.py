"""What patients write, line by line: tests/corpus holds the words and the lane each must end in."""

from pathlib import Path
from typing import NamedTuple

import pytest

from escalation_desk.classifier import read

CORPUS = Path(__file__).parent.parent / "corpus"
OFFERED = ("1", "2", "0")


class Line(NamedTuple):
    language: str
    meaning: str
    text: str


def lines(name: str) -> list[Line]:
    rows = (CORPUS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[2:]
    return [Line(*row.split("\t")) for row in rows]


def ends(line: Line) -> str:
    """What became of it, as the third column of its file says it."""
    reading = read(line.text, line.language, expected=OFFERED)
    if reading.lane == "clinical":
        return f"clinical: {reading.fixed_text}"
    value = f"={reading.value}" if "=" in line.meaning else ""
    return f"{reading.lane}: {reading.intent}{value}" if reading.lane == "routine" else reading.lane


def test_every_clinical_line_reaches_a_nurse_with_its_own_text() -> None:
    assert [(line, ends(line)) for line in lines("clinical") if ends(line) != f"clinical: {line.meaning}"] == []


def test_everyday_answers_are_routine() -> None:
    assert [(line, ends(line)) for line in lines("routine") if ends(line) != f"routine: {line.meaning}"] == []


def test_what_is_not_understood_goes_to_a_person() -> None:
    assert [(line, ends(line)) for line in lines("unsure") if ends(line) != "unsure"] == []


def test_opting_out_and_in_is_heard_and_nothing_else_is_taken_for_it() -> None:
    for line in lines("opt_out"):
        intent = read(line.text, line.language, expected=OFFERED).intent
        if line.meaning == "-":
            assert intent not in ("opt_out", "opt_in"), line
        else:
            assert intent == line.meaning, line


@pytest.mark.parametrize("language", ["en", "es", None, "zz", ""])
def test_a_wrong_language_tag_changes_nothing(language: str | None) -> None:
    for line in lines("clinical"):
        assert read(line.text, language, expected=OFFERED).lane == "clinical", line
