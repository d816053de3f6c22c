"""Reads one word list (TOML) into entries, and says in a sentence what is wrong with it if it cannot be used."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any

from escalation_desk.folding import fold_phrase
from escalation_desk.reading import CLINICAL_KINDS

INTENTS = frozenset(
    "confirm decline choose cancel_visit another_time preference late arrived thanks who wrong_number question"
    " repeat language help person opt_out opt_in".split()
)
KINDS = CLINICAL_KINDS | frozenset("body quality owner benign polite plain intent when unclear doubt negation".split())
MATCHES = frozenset({"anywhere", "polite", "bare"})
GAP = ".."
_MOST_SPELLINGS = 400

_REQUIRED = {"name": str, "kind": str, "reviewer": str, "reviewed": date, "entries": list}
_OPTIONAL = {"intent": str, "value": str, "match": str, "weak": bool, "doubts": list}


class LexiconFault(Exception):
    """A word list that may not be loaded: which file, which entry or group, and why."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"{file}: “{entry}”: {reason}")
        self.file, self.entry, self.reason = file, entry, reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One folded spelling of a line in a word list.

    `words` may hold `stem*` (any ending), `*ending` (unless an ordinary word), and `..` (up to three words between).
    `match`: anywhere; polite (the whole message but for courtesies); bare (the whole message).
    An `unclear` entry keeps a message out of routine, a `doubt` one only beside the intents that it `doubts`.
    `weak` intents give way to any other intent ("ok, I'll be late").
    """

    words: tuple[str, ...]
    term: str
    kind: str
    intent: str
    value: str | None
    match: str
    weak: bool
    doubts: frozenset[str]
    file: str

    @property
    def is_clinical(self) -> bool:
        return self.kind in CLINICAL_KINDS


def parse_list(file: str, body: str) -> tuple[Entry, ...]:
    """The entries of one word list. Raises LexiconFault."""
    try:
        document = tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        raise LexiconFault(file, "file", f"is not valid TOML: {error}") from error
    groups = document.get("group")
    if not isinstance(groups, list) or not groups or set(document) != {"group"}:
        raise LexiconFault(file, "file", "must hold [[group]] tables and nothing else")
    return tuple(entry for group in groups for entry in _entries_of(file, group))


def _entries_of(file: str, group: dict[str, Any]) -> Iterator[Entry]:
    name = str(group.get("name", "group without a name"))
    _check_group(file, name, group)
    value = group.get("value")
    for line in group["entries"]:
        for words in _spellings(file, name, line):
            yield Entry(
                words=words,
                term=" ".join(words) if "/" in line else line,
                kind=str(group["kind"]),
                intent=str(group.get("intent", "none")),
                value=None if value is None else str(value),
                match=str(group.get("match", "anywhere")),
                weak=bool(group.get("weak", False)),
                doubts=frozenset(group.get("doubts", ())),
                file=file,
            )


def _check_group(file: str, name: str, group: dict[str, Any]) -> None:
    for key, wanted in _REQUIRED.items():
        if not isinstance(group.get(key), wanted):
            raise LexiconFault(file, name, f"needs {key} ({wanted.__name__})")
    for key, value in group.items():
        if key not in _REQUIRED and not (key in _OPTIONAL and isinstance(value, _OPTIONAL[key])):
            raise LexiconFault(file, name, f"does not know {key} = {value!r}")
    _check_sense(file, name, group)


def _check_sense(file: str, name: str, group: dict[str, Any]) -> None:
    if not group["entries"]:
        raise LexiconFault(file, name, "holds no entries")
    if not str(group["reviewer"]).strip():
        raise LexiconFault(file, name, "needs the name of its reviewer, or “not yet reviewed by a clinician”")
    if group["kind"] not in KINDS:
        raise LexiconFault(file, name, f"kind must be one of {', '.join(sorted(KINDS))}")
    if group.get("match", "anywhere") not in MATCHES:
        raise LexiconFault(file, name, f"match must be one of {', '.join(sorted(MATCHES))}")
    if (group["kind"] == "intent") != (group.get("intent") in INTENTS):
        raise LexiconFault(file, name, "an intent group, and only that, names one of the known intents")
    doubts = group.get("doubts", [])
    if (group["kind"] == "doubt") != bool(doubts) or not all(doubt in INTENTS for doubt in doubts):
        raise LexiconFault(file, name, "a doubt group, and only that, says which known intents it doubts")


def _spellings(file: str, name: str, line: object) -> Iterator[tuple[str, ...]]:
    """Every way to read a line whose words may be alternatives: `can't/can_not breathe`."""
    if not isinstance(line, str) or not line.strip():
        raise LexiconFault(file, name, f"entry {line!r} must be text")
    places = [[_words(file, line, choice) for choice in place.split("/")] for place in line.split()]
    count = prod(len(place) for place in places)
    if count > _MOST_SPELLINGS:
        raise LexiconFault(file, line, f"stands for {count} spellings; split it")
    yield from dict.fromkeys(sum(chosen, ()) for chosen in product(*places))


def _words(file: str, line: str, choice: str) -> tuple[str, ...]:
    if choice == GAP:
        return (GAP,)
    if choice == "-":  # an alternative that may be left out: `can't/- breathe`
        return ()
    folded = fold_phrase(choice.strip("*").replace("_", " "))
    if not folded:
        raise LexiconFault(file, line, f"“{choice}” holds no letters, numbers or pictures")
    if choice.startswith("*") or choice.endswith("*"):
        if len(folded) != 1 or len(folded[0]) < 3:
            raise LexiconFault(file, line, "a star needs one stem of three letters or more")
        return (f"*{folded[0]}",) if choice.startswith("*") else (f"{folded[0]}*",)
    return folded
