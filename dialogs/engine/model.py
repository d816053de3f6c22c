"""What a dialog is made of, once its file has been read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

Words = Mapping[str, str]
"""A text by language: {"en": …, "es": …}."""

CALL = "dialog:"
"""Before the name of another dialog, where the talk goes on: `goes = "dialog:reschedule"`."""

NUMBER = "zero_to_ten"
"""The type of an answer that is a number from 0 to 10; there “0” is a number, and a person is reached by the word."""

DONE = "done"
"""The outcome every action has, and the only one of a choice that does nothing."""
MORE = "more"
"""The outcome of an action that settles one of several things while others wait for their answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer; `also` are the intents that pick it too, `goes` maps each outcome to a state.

    `value` is what staff read of it later, kept under the state's `saves`; `which` is the one of several things that it
    stands for (a fact of `vocabulary.OF_SEVERAL`): it is offered only while there is that one."""

    number: int
    label: Words
    also: tuple[str, ...]
    does: str | None
    goes: Mapping[str, str]
    value: str | None = None
    which: str | None = None

    @property
    def by(self) -> str:
        return f"choice {self.number}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a patient may write instead of a choice's number: a "date", a "time" of day, "text" that a person reads; or
    the only thing she can answer, a number "zero_to_ten"."""

    type: str
    does: str | None
    goes: Mapping[str, str]

    @property
    def by(self) -> str:
        return "answer"


@dataclass(frozen=True, slots=True)
class Silence:
    """Where a waiting state goes when nothing was answered for so long."""

    after: timedelta
    goes: str


@dataclass(frozen=True, slots=True)
class State:
    """One thing we say, and then either a wait (choices and silence) or an end.

    `people` is set on an end that a person must take over (a reason of `vocabulary.PEOPLE`);
    `speak` replaces `say` on a call, where the ear needs other words; `saves` names what the answer tells staff."""

    name: str
    say: Words
    speak: Words | None
    choices: tuple[Choice, ...]
    silence: Silence | None
    ends: str | None
    people: str | None
    saves: str | None = None
    answer: Answer | None = None

    @property
    def ways(self) -> tuple[Choice | Answer, ...]:
        """All that can be answered here, each with what it does and where it goes."""
        return self.choices if self.answer is None else (*self.choices, self.answer)

    @property
    def waits(self) -> bool:
        return bool(self.choices) or self.takes_number

    @property
    def takes_number(self) -> bool:
        """Whether a number from 0 to 10 is what it asks for."""
        return self.answer is not None and self.answer.type == NUMBER

    def offers(self, lacks: Collection[str]) -> tuple[Choice, ...]:
        """The choices that there are in a talk which lacks some of several things; each keeps its number."""
        return tuple(choice for choice in self.choices if choice.which not in lacks)


@dataclass(frozen=True, slots=True)
class Dialog:
    """One kind of conversation; `life` is how long after a question was sent an answer to it still counts.

    `about` is a word of `vocabulary.ABOUT`: what it is about, and so which facts it may name."""

    name: str
    title: str
    purpose: str
    life: timedelta
    start: str
    states: Mapping[str, State]
    asks_about_health: bool
    about: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Always:
    """The fixed texts and standing answers of `_always.toml`, by name."""

    texts: Mapping[str, Words]
    sha256: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One authored way from a state to the next, or to another dialog; `by` is "choice 2", "answer" or "silence"."""

    state: str
    by: str
    outcome: str
    to: str

    @property
    def calls(self) -> str | None:
        """The dialog in which the talk goes on, if it leaves this one."""
        return called(self.to)


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


def called(target: str) -> str | None:
    """The dialog that a target names; None for a state."""
    return target.removeprefix(CALL) if target.startswith(CALL) else None


def edges(dialog: Dialog) -> Iterator[Edge]:
    """Every authored edge of a dialog, those to other dialogs and to unknown states included."""
    for state in dialog.states.values():
        for way in state.ways:
            for outcome, to in way.goes.items():
                yield Edge(state.name, way.by, outcome, to)
        if state.silence is not None:
            yield Edge(state.name, "silence", DONE, state.silence.goes)
