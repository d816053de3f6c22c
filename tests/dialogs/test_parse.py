"""Damaged, empty, huge and hostile files: a sentence, never an exception of another kind."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.engine.files import parse_all
from dialogs.engine.model import DialogFaults
from dialogs.engine.parse import parse_always, parse_dialog
from tests.dialogs.shipped import BODIES, CONFIRM


def test_the_shipped_dialog_is_read() -> None:
    assert (CONFIRM.start, CONFIRM.life.total_seconds()) == ("ask", 48 * 3600)
    assert [choice.number for choice in CONFIRM.states["ask"].choices] == [1, 2]
    assert CONFIRM.states["changed"].people == "changed_visit"


def test_the_fingerprint_follows_the_words() -> None:
    body = BODIES["confirm"]
    assert parse_dialog("confirm", body).sha256 == CONFIRM.sha256
    assert parse_dialog("confirm", body.replace("Thank you", "Thanks")).sha256 != CONFIRM.sha256


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\ufeff",
        "\x00",
        "\ud800",
        "[" * 5000,
        "a = " + "[" * 50_000,
        "x = 1" + "0" * 5000,
        "a" * 100_001,
        "states = 1",
        "[[states]]\n",
        "[states]\nask = 1",
        "[states.ask]\nsilence = 3\nchoices = [1]",
        "title = 1979-05-27T07:32:00Z",
    ],
)
def test_a_hostile_file_is_refused_in_sentences(body: str) -> None:
    with pytest.raises(DialogFaults) as refused:
        parse_dialog("confirm", body)
    assert all(fault.address.startswith("dialogs/confirm.toml") for fault in refused.value.faults)
    assert all(fault.sentence.endswith(".") for fault in refused.value.faults)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(DialogFaults, match="longer than 100,000 letters"):
        parse_dialog("confirm", BODIES["confirm"] + "#" * 100_000)


@settings(max_examples=300)
@given(st.integers(0, len(BODIES["confirm"]) - 1), st.integers(0, 40), st.text(max_size=5))
def test_any_damage_gives_a_dialog_or_sentences(start: int, length: int, instead: str) -> None:
    body = BODIES["confirm"]
    damaged = body[:start] + instead + body[start + length :]
    with suppress(DialogFaults):
        assert parse_dialog("confirm", damaged).name == "confirm"


@pytest.mark.parametrize("name", ["../confirm", "Confirm", "", "a" * 41, "confirm me"])
def test_a_strange_name_is_refused(name: str) -> None:
    with pytest.raises(DialogFaults):
        parse_dialog(name, BODIES["confirm"])


def test_the_faults_of_all_files_come_together() -> None:
    with pytest.raises(DialogFaults) as refused:
        parse_all({"confirm": "title = 1", "other": "="})
    files = {fault.address.split(" ")[0] for fault in refused.value.faults}
    assert files == {"dialogs/_always.toml", "dialogs/confirm.toml", "dialogs/other.toml"}


def test_a_fixed_text_is_a_part_of_its_own() -> None:
    with pytest.raises(DialogFaults):
        parse_always('hand_off = "call us"')
