"""Golden conversations: text files that say what a patient writes and, word for word, what happens then.

    # Rosa confirms with a digit
    clinic: Lakeside Clinic: Rosa, su cita es …
    patient: 1
    * confirm_appointment: done
    clinic: Lakeside Clinic: Gracias. …
    * ends: confirmed

`patient:`, `-- 20h --`, the outcome of an action and, before all, `* there is: first_time` (of several things only
these) are what the author decides; all else is what the engine
answers and is rewritten by `pytest --update`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogs.engine.play import THERE_IS, Play
from dialogs.engine.vocabulary import ACTIONS

_TITLE = "# "
_PATIENT = "patient: "
_WAIT = re.compile(r"-- \w+ --")
_OUTCOME = re.compile(r"\* (\w+): (\w+)")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of a file, as it stands there."""

    title: str
    lines: tuple[str, ...]


def read_conversations(body: str) -> list[Conversation]:
    """Every conversation of a file; ValueError with the line for anything that belongs to none."""
    found: list[Conversation] = []
    for number, line in enumerate(body.splitlines(), start=1):
        if line.startswith(_TITLE):
            found.append(Conversation(line.removeprefix(_TITLE), ()))
        elif line.strip():
            if not found:
                raise ValueError(f"line {number}: please begin a conversation with “# ” and its title")
            found[-1] = Conversation(found[-1].title, (*found[-1].lines, line))
    return found


def write_conversations(conversations: list[Conversation]) -> str:
    """The file that holds them."""
    return "\n\n".join("\n".join((f"{_TITLE}{each.title}", *each.lines)) for each in conversations) + "\n"


def replay(conversation: Conversation, begin: Callable[[], Play]) -> tuple[Conversation, Play]:
    """What really happens when its patient says and waits the same; compare or keep the conversation returned."""
    play = begin()
    if conversation.lines[:1] and conversation.lines[0].startswith(THERE_IS):
        play.there_is(*conversation.lines[0].removeprefix(THERE_IS).split(", "))
    play.begin()
    for said, outcome in _inputs(conversation.lines):
        if said is None:
            play.wait()
        else:
            play.patient(said, outcome)
    return Conversation(conversation.title, tuple(play.lines)), play


def _inputs(lines: tuple[str, ...]) -> Iterator[tuple[str | None, str | None]]:
    """What the patient does, in order: (words, outcome of the action they cause) or (None, None) for a silence."""
    for index, line in enumerate(lines):
        if _WAIT.fullmatch(line):
            yield None, None
        elif line.startswith(_PATIENT):
            yield line.removeprefix(_PATIENT), _outcome_after(lines[index + 1 :])


def _outcome_after(lines: tuple[str, ...]) -> str | None:
    for line in lines:
        if line.startswith(_PATIENT) or _WAIT.fullmatch(line):
            return None
        match = _OUTCOME.fullmatch(line)
        if match is not None and match[2] in ACTIONS.get(match[1], ()):
            return match[2]
    return None
