"""What a dialog is made of, once its file has been read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

Words = Mapping[str, str]
"""A text by language: {"en": …, "es": …}."""

DONE = "done"
"""The outcome every action has, and the only one of a choice that does nothing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer; `also` are the intents that pick it too, `goes` maps each outcome to a state."""

    number: int
    label: Words
    also: tuple[str, ...]
    does: str | None
    goes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Silence:
    """Where a waiting state goes when nothing was answered for so long."""

    after: timedelta
    goes: str


@dataclass(frozen=True, slots=True)
class State:
    """One thing we say, and then either a wait (choices and silence) or an end.

    `people` is set on an end that a person must take over (a reason of `vocabulary.PEOPLE`);
    `speak` replaces `say` on a call, where the ear needs other words."""

    name: str
    say: Words
    speak: Words | None
    choices: tuple[Choice, ...]
    silence: Silence | None
    ends: str | None
    people: str | None

    @property
    def waits(self) -> bool:
        return bool(self.choices)


@dataclass(frozen=True, slots=True)
class Dialog:
    """One kind of conversation; `life` is how long after it was sent an answer still counts."""

    name: str
    title: str
    purpose: str
    life: timedelta
    start: str
    states: Mapping[str, State]
    asks_about_health: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class Always:
    """The fixed texts and standing answers of `_always.toml`, by name."""

    texts: Mapping[str, Words]
    sha256: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One authored way from a state to the next; `by` is "choice 2" or "silence"."""

    state: str
    by: str
    outcome: str
    to: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a proposal: a stable id, where it stands, and a plain sentence with the remedy."""

    id: str
    address: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.id} {self.address}: {self.sentence}"


class DialogFaults(Exception):
    """A dialog that may not run; `.faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def edges(dialog: Dialog) -> Iterator[Edge]:
    """Every authored edge of a dialog, those to unknown states included."""
    for state in dialog.states.values():
        for choice in state.choices:
            for outcome, to in choice.goes.items():
                yield Edge(state.name, f"choice {choice.number}", outcome, to)
        if state.silence is not None:
            yield Edge(state.name, "silence", DONE, state.silence.goes)
