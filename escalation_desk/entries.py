"""Reads the word lists (TOML) into entries, and says in a sentence what is wrong with one that cannot be used."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from escalation_desk.lines import GAP, LexiconFault, Line, Place, Sets, Words, read_line, read_set
from escalation_desk.reading import CLINICAL_KINDS

__all__ = ["GAP", "Entry", "LexiconFault", "parse_lists"]

INTENTS = frozenset(
    "confirm decline choose cancel_visit another_time preference late arrived thanks who wrong_number question"
    " repeat language help person opt_out opt_in".split()
)
KINDS = CLINICAL_KINDS | frozenset(
    "body quality owner benign polite plain wishing intent when unclear doubt negation world somebody small".split()
)
MATCHES = frozenset({"anywhere", "polite", "bare"})

_SET = {"name": str, "reviewer": str, "reviewed": date, "words": list}
_REQUIRED = {"name": str, "kind": str, "reviewer": str, "reviewed": date, "entries": list}
_OPTIONAL = {
    "intent": str, "value": str, "match": str, "weak": bool, "doubts": list, "rare": bool, "saying": bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line in a word list, with what its group says of it.

    Words may be `stem*` (any ending) or `*ending` (unless an ordinary word); a place may be a gap (up to three words).
    `match`: anywhere; polite (the whole message but for courtesies); bare (the whole message).
    An `unclear` entry keeps a message out of routine, a `doubt` one only beside the intents that it `doubts`.
    `weak` intents give way to any other intent ("ok, I'll be late"). `reviewer` signed the group on `reviewed`.
    A `saying` speaks for the clinical words it is made of ("my ride fell through"), but for grave ones.
    """

    line: Line
    kind: str
    intent: str
    value: str | None
    match: str
    weak: bool
    rare: bool
    saying: bool
    doubts: frozenset[str]
    file: str
    group: str
    reviewer: str
    reviewed: date

    @property
    def is_clinical(self) -> bool:
        return self.kind in CLINICAL_KINDS

    @property
    def meaning(self) -> tuple[str, str, str | None, str, bool]:
        """All that a reader would do about it: two lines of one meaning may overlap."""
        return self.kind, self.intent, self.value, self.match, self.weak

    @property
    def places(self) -> tuple[Place, ...]:
        return self.line.places

    @property
    def spellings(self) -> tuple[Words, ...]:
        return self.line.spellings

    @property
    def lone_words(self) -> Iterator[str]:
        """Each word that stands for the whole entry by itself."""
        return self.line.lone_words

    def term(self, said: Words) -> str:
        """What a reader is shown as matched: the line, or that way of saying it which stood in the text."""
        return self.line.written if self.line.is_single else " ".join(said)


def parse_lists(texts: Mapping[str, str]) -> list[Entry]:
    """The entries of all word lists, {file name: TOML body}; each may use the sets of all. Raises LexiconFault."""
    documents = {file: _document(file, texts[file]) for file in sorted(texts)}
    sets: dict[str, tuple[Words, ...]] = {}
    for file, document in documents.items():
        for table in document.get("set", ()):
            name, phrases = _set_of(file, table)
            if name in sets:
                raise LexiconFault(file, name, "is the name of two sets")
            sets[name] = phrases
    known: dict[str, tuple[Words, ...]] = {}
    return [
        entry
        for file, document in documents.items()
        for group in document.get("group", ())
        for entry in _entries_of(file, group, sets, known)
    ]


def _document(file: str, body: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        raise LexiconFault(file, "file", f"is not valid TOML: {error}") from error
    if not document or set(document) - {"group", "set"} or not all(map(_are_tables, document.values())):
        raise LexiconFault(file, "file", "must hold [[group]] and [[set]] tables and nothing else")
    return document


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(table, dict) for table in value)


def _set_of(file: str, table: dict[str, Any]) -> tuple[str, tuple[Words, ...]]:
    name = str(table.get("name", "set without a name"))
    _check_keys(file, name, table, _SET, {})
    _check_reviewer(file, name, table)
    if not table["words"] or not all(isinstance(phrase, str) and phrase.strip() for phrase in table["words"]):
        raise LexiconFault(file, name, "needs words, each of them text")
    return name, read_set(file, name, table["words"])


def _entries_of(
    file: str, group: dict[str, Any], sets: Sets, known: dict[str, tuple[Words, ...]]
) -> Iterator[Entry]:  # fmt: skip
    name = str(group.get("name", "group without a name"))
    _check_keys(file, name, group, _REQUIRED, _OPTIONAL)
    _check_reviewer(file, name, group)
    _check_sense(file, name, group)
    value = group.get("value")
    for written in group["entries"]:
        if not isinstance(written, str) or not written.strip():
            raise LexiconFault(file, name, f"entry {written!r} must be text")
        yield Entry(
            line=read_line(file, written, sets, known),
            kind=str(group["kind"]),
            intent=str(group.get("intent", "none")),
            value=None if value is None else str(value),
            match=str(group.get("match", "anywhere")),
            weak=bool(group.get("weak", False)),
            rare=bool(group.get("rare", False)),
            saying=bool(group.get("saying", False)),
            doubts=frozenset(group.get("doubts", ())),
            file=file,
            group=name,
            reviewer=str(group["reviewer"]),
            reviewed=group["reviewed"],
        )


def _check_keys(
    file: str, name: str, table: dict[str, Any], required: Mapping[str, type], optional: Mapping[str, type]
) -> None:
    for key, wanted in required.items():
        if not isinstance(table.get(key), wanted):
            raise LexiconFault(file, name, f"needs {key} ({wanted.__name__})")
    for key, value in table.items():
        if key not in required and not (key in optional and isinstance(value, optional[key])):
            raise LexiconFault(file, name, f"does not know {key} = {value!r}")


def _check_reviewer(file: str, name: str, table: dict[str, Any]) -> None:
    if not str(table["reviewer"]).strip():
        raise LexiconFault(file, name, "needs the name of its reviewer, or “not yet reviewed by a clinician”")


def _check_sense(file: str, name: str, group: dict[str, Any]) -> None:
    if not group["entries"]:
        raise LexiconFault(file, name, "holds no entries")
    if group["kind"] not in KINDS:
        raise LexiconFault(file, name, f"kind must be one of {', '.join(sorted(KINDS))}")
    if group.get("match", "anywhere") not in MATCHES:
        raise LexiconFault(file, name, f"match must be one of {', '.join(sorted(MATCHES))}")
    if (group["kind"] == "intent") != (group.get("intent") in INTENTS):
        raise LexiconFault(file, name, "an intent group, and only that, names one of the known intents")
    doubts = group.get("doubts", [])
    if (group["kind"] == "doubt") != bool(doubts) or not all(doubt in INTENTS for doubt in doubts):
        raise LexiconFault(file, name, "a doubt group, and only that, says which known intents it doubts")
