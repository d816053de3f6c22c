"""A set of dialogs put up for proof, and the ways to walk over its texts and labels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from dialogs.engine import call_texts
from dialogs.engine.model import Always, Answer, Choice, Dialog, State, Words
from dialogs.engine.render import menu_of
from dialogs.engine.vocabulary import AT_ONCE, LANGUAGES, OF_SEVERAL


class Finding(NamedTuple):
    """What one rule found; `check` puts the rule's id on it."""

    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be proved; `clinical_words` tells whether the lexicon finds a clinical word in a text; `beside` are
    dialogs in force that it may call."""

    dialogs: Mapping[str, Dialog]
    always: Always
    clinical_words: Callable[[str], bool]
    beside: Mapping[str, Dialog] = field(default_factory=dict)

    def known(self, name: str) -> Dialog | None:
        """A dialog that may be called: one of the proposal, or one that it will run beside."""
        return self.dialogs.get(name) or self.beside.get(name)


@dataclass(frozen=True, slots=True)
class Written:
    """One text as somebody wrote it, in one language; `whole` has the generated menu behind it.
    `called_us`: said aloud to somebody who knows whom she called."""

    address: str
    language: str
    text: str
    whole: str
    spoken: bool
    called_us: bool = False


def address(dialog: Dialog, *parts: str) -> str:
    return " › ".join((f"dialogs/{dialog.name}.toml", *parts))


def standing(name: str, *parts: str) -> str:
    return " › ".join(("dialogs/_always.toml", name, *parts))


def states(proposal: Proposal) -> Iterator[tuple[Dialog, State]]:
    for dialog in proposal.dialogs.values():
        for state in dialog.states.values():
            yield dialog, state


def choices(proposal: Proposal) -> Iterator[tuple[str, Dialog, State, Choice]]:
    """Every choice with its address."""
    for dialog, state in states(proposal):
        for choice in state.choices:
            yield address(dialog, state.name, f"choice {choice.number}"), dialog, state, choice


def ways(proposal: Proposal) -> Iterator[tuple[str, Dialog, State, Choice | Answer]]:
    """Every choice and every written answer with its address."""
    for dialog, state in states(proposal):
        for way in state.ways:
            yield address(dialog, state.name, way.by), dialog, state, way


def word_groups(proposal: Proposal) -> Iterator[tuple[str, Words]]:
    """Every text and label with its address, all languages together."""
    for dialog, state in states(proposal):
        if state.say:
            yield address(dialog, state.name), state.say
        if state.speak is not None:
            yield address(dialog, state.name, "speak"), state.speak
    for where, _, _, choice in choices(proposal):
        yield where, choice.label
    for name, words in proposal.always.texts.items():
        yield standing(name), words


def written(proposal: Proposal) -> Iterator[Written]:
    """Every text said to a patient, language by language."""
    for dialog, state in states(proposal):
        for language in LANGUAGES:
            menu = _menu(dialog, state, language)
            if language in state.say:
                text = state.say[language]
                yield Written(address(dialog, state.name, language), language, text, f"{text} {menu}".rstrip(), False)
            if state.speak is not None and language in state.speak:
                text = state.speak[language]
                yield Written(address(dialog, state.name, "speak", language), language, text, text, True)
    for name, words in proposal.always.texts.items():
        for language, text in words.items():
            aloud = name in call_texts.CALL_TEXTS
            called_us = aloud and name not in call_texts.NAMES_US
            yield Written(standing(name, language), language, text, text, aloud, called_us)


def all_words(proposal: Proposal) -> Iterator[tuple[str, str, str]]:
    """Where each label and each text stands, its language, and what it says."""
    yield from labels(proposal)
    for each in written(proposal):
        yield each.address, each.language, each.text


def labels(proposal: Proposal) -> Iterator[tuple[str, str, str]]:
    """Every label, as (address, language, label)."""
    for where, _, _, choice in choices(proposal):
        for language, label in choice.label.items():
            yield f"{where} › {language}", language, label


def _menu(dialog: Dialog, state: State, language: str) -> str:
    """With as many of several things as one text may name: those that make it longest."""
    if not all(language in choice.label for choice in state.choices):
        return ""
    several = {*OF_SEVERAL.get(dialog.about, ())}
    together = combinations(sorted(several), AT_ONCE.get(dialog.about, 0))
    return max((menu_of(state, language, lacks=several - {*each}) for each in together), key=len)
