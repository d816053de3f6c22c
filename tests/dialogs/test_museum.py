"""The museum of broken dialogs: one mistake per file, and the exact sentences an editor reads for it.

The sentences stand at the end of each file, one `# D05 address: sentence` a line; `pytest --update` rewrites them.
A file with `_always_` in its name holds parts that replace those of the shipped `_always.toml`.
"""

import re
import time
from pathlib import Path

import pytest

from app.cli.dialogs import clinical_words
from dialogs.engine.check import RULES, check
from dialogs.engine.model import Always, DialogFaults, Fault
from dialogs.engine.parse import parse_always, parse_dialog
from tests.dialogs.shipped import ALWAYS, DIALOGS

MUSEUM = Path(__file__).parent.parent / "broken_dialogs"
FILES = sorted(MUSEUM.glob("*.toml"))
RULES_OF_READING = ("D01", "D02", "D03", "D04")
_EXPECTED = re.compile(r"^# (D\d\d .*)$", re.MULTILINE)


def _faults(path: Path, body: str) -> list[Fault]:
    try:
        if "_always_" in path.name:
            always = Always({**ALWAYS.texts, **parse_always(body).texts}, "")
            return check(DIALOGS, always, clinical_words=clinical_words)
        return check({"broken": parse_dialog("broken", body)}, ALWAYS, clinical_words=clinical_words, beside=DIALOGS)
    except DialogFaults as error:
        return error.faults


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_broken_file_is_refused_in_its_own_words(path: Path, request: pytest.FixtureRequest) -> None:
    body = path.read_text(encoding="utf-8")
    said = [str(fault) for fault in _faults(path, body)]
    if request.config.getoption("--update"):
        rest = _EXPECTED.sub("", body).rstrip()
        path.write_text("\n".join((rest, "", *(f"# {line}" for line in said))) + "\n", encoding="utf-8")
    else:
        assert said == _EXPECTED.findall(body)
    assert said, "this file has no fault: it does not belong here"
    assert path.name[:3].upper() in {line[:3] for line in said}


def test_every_rule_has_a_broken_file() -> None:
    shown = {path.name[:3].upper() for path in FILES}
    assert shown == {*RULES, *RULES_OF_READING}


def test_every_sentence_says_what_to_do() -> None:
    for path in FILES:
        for line in _EXPECTED.findall(path.read_text(encoding="utf-8")):
            assert re.search(r"[Pp]lease ", line), line
            assert line.endswith("."), line


def test_the_shipped_dialogs_have_no_fault_and_are_proved_within_five_seconds() -> None:
    """On one core; the word lists are loaded before, as they are when anything runs."""
    clinical_words("yes")
    begun = time.process_time()
    assert check(DIALOGS, ALWAYS, clinical_words=clinical_words) == []
    assert time.process_time() - begun < 5
