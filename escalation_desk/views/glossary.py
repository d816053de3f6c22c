"""The word lists as a nurse reads them: by file and group, by search, and what they make of some words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from escalation_desk.entries import Entry
from escalation_desk.folding import fold_phrase
from escalation_desk.lexicon import Lexicon

MOST_FOUND = 100

FILES = {
    "benign": "Everyday words", "body": "Parts of the body", "care": "Questions about care", "days": "Days and times",
    "doubts": "Words that make an answer doubtful", "drug_names": "Medicines by name",
    "emergencies": "Emergencies and crises",
    "intents": "What patients want of us", "medications": "Medicines", "results": "Results and tests",
    "symptoms": "Symptoms", "wellbeing": "How somebody is",
}  # fmt: skip
"""What a file holds, in words; another one is called by its name."""
KINDS = {
    "symptom": "a nurse gets it: symptom", "medication": "a nurse gets it: medicine",
    "result": "a nurse gets it: result", "care": "a nurse gets it: question about care",
    "emergency": "a nurse gets it: emergency words",
    "crisis": "a nurse gets it: crisis words", "help": "a nurse gets it: call for help",
    "body": "a nurse gets it with a word of what is wrong", "quality": "a nurse gets it beside a part of the body",
    "owner": "whose body it is", "benign": "everyday, tells nothing", "polite": "courtesy",
    "plain": "may stand beside yes", "wishing": "may stand beside a wish", "intent": "an answer to us",
    "when": "day or time", "unclear": "a person reads it", "doubt": "a person reads it beside an answer",
    "negation": "turns nothing off", "world": "about something else",
    "somebody": "a nurse gets it beside words that stand in no list", "small": "tells nothing by itself",
}  # fmt: skip
"""What a text with such words is taken for."""
OF_WORDS = {
    "symptom": "Symptom", "medication": "Medicine", "result": "Result or test", "care": "Question about care",
    "emergency": "Emergency", "crisis": "Crisis", "help": "Call for help",
}  # fmt: skip
"""Kinds of clinical words that a nurse may propose."""


@dataclass(frozen=True)
class Group:
    """Entries that were reviewed together; `at` is its place in these lists, from 0."""

    at: int
    file: str
    name: str
    kind: str
    reviewer: str
    reviewed: date
    entries: tuple[Entry, ...]

    @property
    def means(self) -> str:
        return KINDS.get(self.kind, self.kind)

    @property
    def signed(self) -> str:
        """Who reviewed it and when; or since when it has stood so, if nobody has."""
        if self.reviewer.casefold().startswith("not yet"):
            return f"{self.reviewer}, as written on {self.reviewed.isoformat()}"
        return f"reviewed by {self.reviewer} on {self.reviewed.isoformat()}"


@dataclass(frozen=True)
class Found:
    """An entry that was looked for, and its group."""

    entry: Entry
    group: Group


@lru_cache(maxsize=2)
def groups(lists: Lexicon) -> tuple[Group, ...]:
    """All groups in the order of their files."""
    together: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in lists.entries:
        together.setdefault((entry.file, entry.group, entry.kind), []).append(entry)
    return tuple(
        Group(at, file, name, kind, entries[0].reviewer, entries[0].reviewed, tuple(entries))
        for at, ((file, name, kind), entries) in enumerate(together.items())
    )


def by_file(lists: Lexicon) -> dict[str, list[Group]]:
    """Groups by what their file is called."""
    found: dict[str, list[Group]] = {}
    for group in groups(lists):
        stem = group.file.removesuffix(".toml")
        found.setdefault(FILES.get(stem, stem), []).append(group)
    return found


def looked_for(lists: Lexicon, wanted: str) -> list[Found]:
    """The first entries that hold every word of `wanted`, whole or by its beginning."""
    words = fold_phrase(wanted)
    found = _holding(lists, words) if words else iter(())
    return [each for each, _ in zip(found, range(MOST_FOUND), strict=False)]


def _holding(lists: Lexicon, words: tuple[str, ...]) -> Iterator[Found]:
    for group in groups(lists):
        for entry in group.entries:
            held = tuple(entry.line.words)
            if all(any(each.strip("*").startswith(word) for each in held) for word in words):
                yield Found(entry, group)
