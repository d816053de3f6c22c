"""Random walks: whatever is read, in whatever order, a conversation says only known texts and always can end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.engine.facts import examples
from dialogs.engine.model import Dialog, Edge
from dialogs.engine.play import Play
from dialogs.engine.render import render_together
from dialogs.engine.turn import Place, Turn, begin, go_on, hear_on, outcome, silent, turn
from dialogs.engine.vocabulary import ACTIONS, INTENTS, LANGUAGES, PEOPLE
from escalation_desk import classifier
from tests.dialogs.readings import Reads
from tests.dialogs.shipped import ALWAYS, DIALOGS

VALUES = st.sampled_from([None, *"0123456789", "-1", "10", "monday", "morning", "2026-11-24", "", "es"])
READINGS = st.builds(
    Reads, st.sampled_from(INTENTS), VALUES, st.sampled_from(["routine", "routine", "routine", "unsure"])
)
SILENCE = st.none()
MOST_SILENCES = 20


WALKS = given(
    st.sampled_from(sorted(DIALOGS)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["sms", "voice"]),
    st.lists(st.tuples(st.one_of(READINGS, SILENCE), st.integers(0, 9)), max_size=12),
)
Steps = list[tuple[Reads | None, int]]


@pytest.mark.slow
@settings(max_examples=400)
@WALKS
def test_no_walk_is_trapped(name: str, language: str, channel: str, steps: Steps) -> None:
    _walk(name, language, channel, steps)


@pytest.mark.prove
@pytest.mark.timeout(900)
@settings(max_examples=10_000, deadline=None)
@WALKS
def test_none_of_ten_thousand_walks_is_trapped(name: str, language: str, channel: str, steps: Steps) -> None:
    _walk(name, language, channel, steps)


def _walk(name: str, language: str, channel: str, steps: Steps) -> None:
    dialog, happened = DIALOGS[name], begin(DIALOGS[name])
    for heard, luck in steps:
        _is_sound(happened, language, channel)
        if happened.place is None:
            break
        happened = _step(dialog, happened.place, heard, luck)
        while happened.calls is not None or happened.does is not None or happened.hears is not None:
            dialog, happened = _followed(dialog, happened, heard, luck)
    _is_sound(happened, language, channel)
    assert _can_end(dialog, happened.place)


def _step(dialog: Dialog, place: Place, heard: Reads | None, luck: int) -> Turn:
    if heard is None:
        return silent(dialog, place)
    return turn(dialog, place, heard)


def _followed(dialog: Dialog, happened: Turn, heard: Reads | None, luck: int) -> tuple[Dialog, Turn]:
    """An action ends in one of its ways; a dialog that is called, or a next question that is answered already, goes on
    with what was said."""
    assert heard is not None, "silence does nothing and calls nobody"
    if happened.hears is not None:
        return dialog, hear_on(dialog, happened.hears, heard)
    if happened.calls is not None:
        other = DIALOGS[happened.calls]
        return other, go_on(other, heard)
    assert happened.picked is not None
    assert happened.place is not None
    outcomes = ACTIONS[happened.does or ""]
    return dialog, outcome(dialog, happened.place, happened.picked, outcomes[luck % len(outcomes)])


def _is_sound(happened: Turn, language: str, channel: str) -> None:
    assert (happened.place is None) == (happened.ends is not None)
    assert happened.people is None or happened.people in PEOPLE
    text = render_together(happened.says, DIALOGS, ALWAYS, language, examples(language), channel)
    assert not happened.says or "Lakeside Clinic" in text
    assert "{" not in text
    for said in happened.says:
        owner, _, rest = said.partition("/")
        assert rest in ALWAYS.texts if owner == "_always" else rest.partition("/")[0] in DIALOGS[owner].states


def _can_end(dialog: Dialog, place: Place | None) -> bool:
    """A patient who falls silent for good is left alone in the end."""
    for _ in range(MOST_SILENCES):
        if place is None:
            return True
        place = silent(dialog, place).place
    return False


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(st.one_of(READINGS, st.builds(Reads, st.just("none"), lane=st.just("clinical"))), max_size=8))
def test_a_clinical_word_never_moves_a_talk(readings: list[Reads]) -> None:
    pending = iter(readings)
    play = Play(DIALOGS, ALWAYS, "confirm", "en", lambda *_: next(pending))
    play.begin()
    for heard in readings:
        place, walked = play.place, set[Edge](play.walked)
        play.patient("…")
        if heard.lane == "clinical":
            assert (play.place, play.walked) == (place, walked)
            assert play.lines[-1] == "* to the nurses; the talk stands still"


def test_an_answer_for_one_of_several_leaves_the_others_to_be_answered() -> None:
    """As live: the talk at the terminal goes on until each visit of a shared phone has its answer."""
    play = Play(DIALOGS, ALWAYS, "confirm_shared", "en", lambda text, *_: classifier.read(text, "en"))
    play.there_is("first_visit", "second_visit")
    play.begin()
    for answer in ("4", "1"):
        assert play.place is not None
        play.patient(answer)
    assert [line for line in play.lines if line.startswith("* ")][-3:] == [
        "* ask_for_one: more", "* confirm_one: done", "* ends: confirmed",
    ]  # fmt: skip
