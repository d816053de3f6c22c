"""Random words, read by the real reader: no talk is trapped, nothing is raised, nothing is said that no file holds."""

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogs.engine.facts import CHOSEN, FACTS, examples, in_language
from dialogs.engine.files import ALWAYS as ALWAYS_FILE
from dialogs.engine.play import Heard, Play
from dialogs.engine.render import fill, menu_of
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk import classifier
from tests.dialogs.shipped import ALWAYS, BODIES, DIALOGS
from tests.dialogs.test_every_input import NOT_UNDERSTOOD, STOP, TO_NURSES, WORDS

CHANNELS = ("sms", "voice")
PRACTICE = "Lakeside Clinic: "
NO_MORE = 20
SAID = (
    *(words for language in LANGUAGES for words in WORDS[language].values()),
    *(words for language in LANGUAGES for words in (*TO_NURSES[language], NOT_UNDERSTOOD[language], STOP[language])),
    *"0 1 2 3 4 5 6 7 8 9 10 -1 #1 *".split(), "one", "uno", "number 2", "el 3", "yes friday", "a las 10:30", "monday",
    "el 3 de diciembre", "in the morning", "en español", "in English", "who is this", "repeat", "thanks", "ok", "👍",
    "wrong number", "a person please", "START", "AYUDA", "", " ", "?", "\u202e1", "１", "1" * 2000, "🙂" * 300,
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(SAID),
    st.tuples(st.sampled_from(SAID), st.sampled_from(SAID)).map(" ".join),
    st.text(max_size=60),
)
SILENCE = st.none()
WALKS = given(
    st.sampled_from(sorted(DIALOGS)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(CHANNELS),
    st.lists(st.tuples(st.one_of(TEXTS, TEXTS, SILENCE), st.booleans()), min_size=1, max_size=6),
)
Steps = list[tuple[str | None, bool]]


@settings(max_examples=60)
@example("confirm_shared", "en", "sms", [("1", False)])  # the menu loses what is answered
@WALKS
def test_random_words_trap_nobody(name: str, language: str, channel: str, steps: Steps) -> None:
    _walk(name, language, channel, steps)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None)
@WALKS
def test_ten_thousand_walks_of_random_words_trap_nobody(name: str, language: str, channel: str, steps: Steps) -> None:
    _walk(name, language, channel, steps)


def _walk(name: str, language: str, channel: str, steps: Steps) -> None:
    play = Play(DIALOGS, ALWAYS, name, language, _read, channel)
    play.begin()
    for text, changed in steps:
        if text is None:
            play.wait()
        else:
            play.patient(text, "changed" if changed else None)
    for line in play.lines:
        if line.startswith("clinic: "):
            assert _stands_in_the_files(line.removeprefix("clinic: "), channel), line
    _can_end(play)


def _read(text: str, language: str, expected: Sequence[str]) -> Heard:
    return classifier.read(text, language, expected=expected)


def _can_end(play: Play) -> None:
    """Silence brings every talk to an end, but for one that the nurses have: that one stands still until they close it,
    and then its timers go on."""
    play.nurses_hold = False
    for _ in range(NO_MORE):
        if play.place is None:
            return
        play.wait()
    raise AssertionError(f"{play.dialog.name} never ends: {play.lines}")


def _stands_in_the_files(said: str, channel: str) -> bool:
    """Whether a text is put together of nothing but what the files hold, by this test's own look at them."""
    parts, rest = _parts(channel), said.removeprefix(PRACTICE)
    waiting, seen = [said, rest], set[str]()
    while waiting:
        left = waiting.pop()
        for part in parts:
            if left == part:
                return True
            if left.startswith(f"{part} ") and (after := left[len(part) + 1 :]) not in seen:
                seen.add(after)
                waiting.append(after)
    return False


@cache
def _parts(channel: str) -> tuple[str, ...]:
    """Every text and every menu, with each first name that a talk may have and each of several times that may be
    chosen, without the practice's name in front."""
    return tuple({
        fill(text, {**examples(language), **chosen, "first_name": first}).removeprefix(PRACTICE)
        for language, text in (*_texts(), *_menus(channel))
        for first in FACTS["first_name"].example for chosen in _chosen(language)
    })  # fmt: skip


def _chosen(language: str) -> list[dict[str, str]]:
    facts = [{name: in_language(values, language) for name, values in each.items()} for each in CHOSEN.values()]
    return [{}, *facts]


def _texts() -> Iterator[tuple[str, str]]:
    for name, body in BODIES.items():
        table = tomllib.loads(body)
        states = [{"say": words} for words in table.values()] if name == ALWAYS_FILE else table["states"].values()
        for state in states:
            for kind in ("say", "speak"):
                yield from state.get(kind, {}).items()


def _menus(channel: str) -> Iterator[tuple[str, str]]:
    for dialog in DIALOGS.values():
        for state in dialog.states.values():
            if state.waits:
                of_several = sorted({choice.which for choice in state.choices if choice.which})
                for lacks in _subsets(of_several):
                    yield from ((language, menu_of(state, language, channel, lacks)) for language in LANGUAGES)


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What a talk may lack of several things: all that it began without, or that is answered by now."""
    return chain.from_iterable(combinations(names, count) for count in range(len(names) + 1))


def test_the_look_at_the_files_is_no_yes_to_everything() -> None:
    assert _stands_in_the_files("Lakeside Clinic: Thank you for writing.", "sms")
    assert not _stands_in_the_files("Lakeside Clinic: Thank you for writing. Do not worry.", "sms")
    assert not _stands_in_the_files("Lakeside Clinic: Take two of them.", "sms")
