"""What a change of the dialogs changes in what is said: the same conversations, played with the old and the new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial

from dialogs.engine.conversations import Conversation, replay
from dialogs.engine.model import Always, Dialog
from dialogs.engine.play import Play, Read


@dataclass(frozen=True, slots=True)
class Edition:
    """Dialogs and fixed texts that belong together."""

    dialogs: Mapping[str, Dialog]
    always: Always


@dataclass(frozen=True, slots=True)
class Difference:
    """One conversation that runs otherwise: the lines of its diff, as `diff -u` writes them."""

    dialog: str
    language: str
    title: str
    lines: tuple[str, ...]


Written = Mapping[tuple[str, str], list[Conversation]]
"""The golden conversations by dialog and language."""


def differences(old: Edition, new: Edition, written: Written, read: Read) -> Iterator[Difference]:
    """Every golden conversation that would run otherwise, with the lines that fall away and those that come."""
    for (name, language), conversations in sorted(written.items()):
        if name not in new.dialogs and name not in old.dialogs:
            continue
        for conversation in conversations:
            before = _played(old, name, language, conversation, read)
            after = _played(new, name, language, conversation, read)
            if before != after:
                lines = list(unified_diff(before, after, lineterm="", n=2))[2:]
                yield Difference(name, language, conversation.title, tuple(lines))


def _played(edition: Edition, name: str, language: str, conversation: Conversation, read: Read) -> tuple[str, ...]:
    if name not in edition.dialogs:
        return ()
    begin = partial(Play, edition.dialogs, edition.always, name, language, read)
    return replay(conversation, begin)[0].lines
