"""Every state of every dialog, in both languages and on both channels, meets every class of input as it should."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

import pytest

from dialogs.engine.model import Choice, Dialog, State, called
from dialogs.engine.play import Heard, Play
from dialogs.engine.render import menu_of
from dialogs.engine.turn import Place, takes_text
from dialogs.engine.vocabulary import ACTIONS, AT_ONCE, EACH_OF_SEVERAL, LANGUAGES, OF_SEVERAL
from escalation_desk import classifier
from tests.dialogs.shipped import ALWAYS, DIALOGS

CHANNELS = ("sms", "voice")
WORDS = {
    "en": {
        "confirm": "yes",
        "decline": "no",
        "another_time": "another time please",
        "cancel_visit": "cancel my appointment",
    },
    "es": {
        "confirm": "sí",
        "decline": "no",
        "another_time": "otra fecha por favor",
        "cancel_visit": "cancelar mi cita",
    },
}
TYPO = {"en": ("confirm", "yse"), "es": ("confirm", "confimo")}
TO_NURSES = {
    "en": ("my chest hurts", "1 but I feel dizzy", "no pain", "I want to kill myself", "HELP", "refill my metformin"),
    "es": ("me duele el pecho", "1 pero estoy mareada", "sin dolor", "me quiero morir", "AYUDA", "mis pastillas"),
}
NOT_UNDERSTOOD = {"en": "the blue one with the dog", "es": "el azul con el perro"}
LANGUAGE = {"en": ("en español por favor", "es"), "es": ("in English please", "en")}
WHO = {"en": "who is this?", "es": "¿quién es?"}
STOP = {"en": "STOP", "es": "ya no me manden mensajes"}
START = {"en": "START", "es": "START"}


@cache
def _classified(text: str, language: str, expected: tuple[str, ...]) -> Heard:
    return classifier.read(text, language, expected=expected)


def _read(text: str, language: str, expected: Sequence[str]) -> Heard:
    return _classified(text, language, tuple(expected))


class Case(NamedTuple):
    """A state that waits, in a talk that lacks some of several things its choices stand for."""

    dialog: Dialog
    state: State
    lacks: frozenset[str]
    language: str
    channel: str

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.state.offers(self.lacks)

    def play(self) -> Play:
        play = Play(DIALOGS, ALWAYS, self.dialog.name, self.language, _read, self.channel)
        play.there_is(*EACH_OF_SEVERAL - self.lacks)
        play.place = Place(self.state.name, lacks=self.lacks)
        return play


def _cases(language: str, channel: str) -> Iterator[Case]:
    """Every state that waits; where its choices stand for several things, with each set of them that may be there."""
    for dialog in DIALOGS.values():
        for state in dialog.states.values():
            several = OF_SEVERAL.get(dialog.about, ()) if any(choice.which for choice in state.choices) else ()
            least = max(0, len(several) - AT_ONCE.get(dialog.about, 0))
            for many in range(least, max(1, len(several))) if state.waits else ():
                for lacks in combinations(several, many):
                    yield Case(dialog, state, frozenset(lacks), language, channel)


@pytest.mark.slow
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_meets_every_class_of_input(language: str, channel: str) -> None:
    walks = 0
    for case in _cases(language, channel):
        for check in (_keys, _words, _nurses, _standing, _misses, _silence):
            walks += check(case)
    assert walks > 600


def _now(play: Play) -> str | None:
    return play.place.state if play.place else None


def _is_at(play: Play, dialog: Dialog, to: str) -> None:
    other = called(to)
    if other is not None:
        assert (play.dialog.name, _now(play)) == (other, DIALOGS[other].start), play.lines
        return
    target = dialog.states[to]
    assert _now(play) == (to if target.waits else None), play.lines
    assert target.waits or f"* ends: {target.ends}" in play.lines


def _keys(case: Case) -> int:
    """Every outcome by keypad alone; and the menu names every key."""
    walks, menu = 0, menu_of(case.state, case.language, case.channel, case.lacks)
    for choice in case.choices:
        assert f"{choice.number}" in menu
        for outcome in ACTIONS[choice.does] if choice.does else ("done",):
            play = case.play()
            play.patient(str(choice.number), outcome)
            _is_at(play, case.dialog, choice.goes[outcome])
            walks += 1
    person = case.play()
    person.patient("0")
    assert person.place is None
    assert any(line.startswith("* to people") for line in person.lines), "0 is a person in every state"
    for choice in [each for each in case.state.choices if each not in case.choices]:
        assert not re.search(rf"\b{choice.number}\b", menu)
        play = case.play()
        play.patient(str(choice.number))
        assert (_now(play), play.walked) == (case.state.name, set()), "what is not there cannot be chosen"
        walks += 1
    return walks + 1


def _words(case: Case) -> int:
    """Words that one choice takes are that choice; those that several take are none."""
    walks, language = 0, case.language
    for choice in case.choices:
        said = [(intent, WORDS[language][intent]) for intent in choice.also if intent in WORDS[language]]
        said += [TYPO[language]] if TYPO[language][0] in choice.also else []
        for intent, words in said:
            play = case.play()
            play.patient(words)
            if sum(intent in each.also for each in case.choices) > 1:
                assert (_now(play), play.walked) == (case.state.name, set()), "nobody knows which is meant"
            elif called(choice.goes["done"]) and words == WORDS[language].get("cancel_visit"):
                assert "* ends: gives_up_visit" in play.lines, "a visit that is given up is given up there too"
            else:
                _is_at(play, case.dialog, choice.goes["done"])
            walks += 1
    return walks


def _nurses(case: Case) -> int:
    """Clinical words, crisis, denials and a call for help: the desk in one step, and the talk stands still."""
    for words in TO_NURSES[case.language]:
        play = case.play()
        play.patient(words)
        assert play.lines[-1] == "* to the nurses; the talk stands still", (case.dialog.name, words)
        assert _now(play) == case.state.name
        assert not play.walked
    return len(TO_NURSES[case.language])


def _standing(case: Case) -> int:
    stop = case.play()
    stop.patient(STOP[case.language])
    assert (stop.place, stop.lines[-1]) == (None, "* ends: opted_out")
    words, other = LANGUAGE[case.language]
    for said in (words, WHO[case.language], START[case.language]):
        play = case.play()
        play.patient(said)
        assert _now(play) == case.state.name, (case.dialog.name, said, play.lines)
        assert play.lines[-1].startswith("clinic: Lakeside Clinic: ")
        assert play.language == (other if said == words else case.language)
    return 4


def _misses(case: Case) -> int:
    """Three times not understood, whatever the state: the first already stands before a person."""
    play = case.play()
    for _ in range(3):
        play.patient(NOT_UNDERSTOOD[case.language])
    people = [line for line in play.lines if line.startswith(("* to people", "* to the nurses"))]
    assert people
    assert "nurses" in people[0] if case.dialog.asks_about_health else "front desk" in people[0]
    assert not takes_text(case.dialog, Place(case.state.name)) or play.place is None
    return 3


def _silence(case: Case) -> int:
    play = case.play()
    play.wait()
    assert case.state.silence is not None
    _is_at(play, case.dialog, case.state.silence.goes)
    return 1


def test_a_call_comes_to_every_end_that_texts_come_to() -> None:
    """By keys alone: the ends that a keypad reaches are all that the dialog has, but for what only free words ask."""
    for dialog in DIALOGS.values():
        by_key, here = set[str](), {dialog.start}
        while here:
            by_key |= here
            here = {
                to
                for name in here
                for choice in dialog.states[name].choices
                for to in choice.goes.values()
                if called(to) is None
            } - by_key
        silent = {state.silence.goes for state in dialog.states.values() if state.silence}
        only_words = {
            to
            for state in dialog.states.values()
            if state.answer is not None and state.answer.type == "text"
            for to in state.answer.goes.values()
        }
        assert set(dialog.states) == by_key | silent | only_words, dialog.name
