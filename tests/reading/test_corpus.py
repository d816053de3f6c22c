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


@pytest.mark.parametrize("line", lines("clinical"), ids=str)
def test_every_clinical_line_reaches_a_nurse_with_its_own_text(line: Line) -> None:
    reading = read(line.text, line.language, expected=OFFERED)
    assert (reading.lane, reading.fixed_text) == ("clinical", line.meaning)


@pytest.mark.parametrize("line", lines("routine"), ids=str)
def test_everyday_answers_are_routine(line: Line) -> None:
    reading = read(line.text, line.language, expected=OFFERED)
    intent, _, value = line.meaning.partition("=")
    assert (reading.lane, reading.intent) == ("routine", intent)
    assert not value or reading.value == value


@pytest.mark.parametrize("line", lines("unsure"), ids=str)
def test_what_is_not_understood_goes_to_a_person(line: Line) -> None:
    assert read(line.text, line.language, expected=OFFERED).lane == "unsure"


@pytest.mark.parametrize("line", lines("opt_out"), ids=str)
def test_opting_out_and_in_is_heard_and_nothing_else_is_taken_for_it(line: Line) -> None:
    intent = read(line.text, line.language, expected=OFFERED).intent
    if line.meaning == "-":
        assert intent not in ("opt_out", "opt_in")
    else:
        assert intent == line.meaning


@pytest.mark.parametrize("language", ["en", "es", None, "zz", ""])
def test_a_wrong_language_tag_changes_nothing(language: str | None) -> None:
    for line in lines("clinical"):
        assert read(line.text, language, expected=OFFERED).lane == "clinical", line
