"""What is to be known of proposed word lists before they are signed: collisions, typos, differences."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.cli.noise import damaged
from escalation_desk.classifier import read
from escalation_desk.entries import GAP, Entry
from escalation_desk.evaluation import Share
from escalation_desk.lexicon import Lexicon

EVERYDAY = frozenset({"benign", "polite", "plain", "wishing", "when", "owner"})
MOST_SAID = 12
"""Ways of saying one entry that are looked at, spread over all it stands for."""
SLIPS = 8
"""Typos tried on each of them."""


def collisions(lexicon: Lexicon, names: Iterable[str]) -> Iterator[str]:
    """What patients write every day and a nurse would get: answers to us, benign words, the names of our people."""
    for entry in lexicon.entries:
        where = f"{entry.file}: {entry.group}"
        if entry.kind == "intent":
            yield from _clinical(lexicon, _said(entry, len(entry.spellings)), f"{entry.intent}, {where}")
        elif entry.kind in EVERYDAY:
            yield from _clinical(lexicon, sorted(entry.lone_words), f"{entry.kind}, {where}")
    yield from _clinical(lexicon, names, "a name")


def _clinical(lexicon: Lexicon, texts: Iterable[str], what: str) -> Iterator[str]:
    for text in texts:
        reading = read(text, None, lexicon=lexicon)
        if reading.lane == "clinical" and "*" not in text:
            seen = ", ".join(f"“{mention.term}” ({mention.kind})" for mention in reading.mentions)
            yield f"“{text}” ({what}) is clinical: {seen}"


@dataclass(frozen=True)
class Stands:
    """Of an entry said with one typo, how often it still reached the nurses, and how often no person at all."""

    entry: Entry
    nurses: Share
    nobody: Share


def under_typos(lexicon: Lexicon, entries: Sequence[Entry]) -> Iterator[Stands]:
    """Each of these entries, said in some of its ways with one word mistyped, the same typos every time."""
    for entry in entries:
        mistyped = {
            text for words in _said(entry) for seed in range(SLIPS) if (text := _mistyped(words, seed)) != words
        }
        lanes = [read(text, None, lexicon=lexicon).lane for text in sorted(mistyped)]
        if lanes:
            yield Stands(entry, *(Share(lanes.count(lane), len(lanes)) for lane in ("clinical", "routine")))


def _mistyped(said: str, seed: int) -> str:
    """One of its words of three letters or more with one slip in it."""
    words = said.split()
    long = [at for at, word in enumerate(words) if len(word) >= 3]
    if not long:
        return said
    at = long[seed % len(long)]
    return " ".join([*words[:at], damaged(words[at], 1.0, seed), *words[at + 1 :]])


def _said(entry: Entry, most: int = MOST_SAID) -> list[str]:
    """Ways to say the entry, spread over all; gaps are left out, stems stand for themselves, an ending is no word."""
    whole = [words for words in entry.spellings if not any(word.startswith("*") for word in words)]
    some = whole[:: max(1, len(whole) // most)][:most]
    return list(dict.fromkeys(" ".join(word.strip("*") for word in words if word != GAP) for words in some))


def differences(proposed: Lexicon, before: Lexicon) -> Iterator[str]:
    """A line for each entry that is new, gone, or means something else now."""
    new, old = _by_line(proposed), _by_line(before)
    for key in sorted(new.keys() | old.keys(), key=lambda each: (each[0], each[1])):
        yield from _changed(key[1], old.get(key, ()), new.get(key, ()))


def _by_line(lexicon: Lexicon) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in lexicon.entries:
        found.setdefault((entry.file, entry.line.written), []).append(entry)
    return found


_MEANS: Callable[[Entry], tuple[object, ...]] = lambda e: (  # noqa: E731
    e.kind, e.intent, e.value, e.match, e.weak, e.doubts, frozenset(e.spellings),
)  # fmt: skip


def _changed(written: str, old: Collection[Entry], new: Collection[Entry]) -> Iterator[str]:
    meant, means = {_MEANS(each) for each in old}, {_MEANS(each) for each in new}
    gone = [each for each in old if _MEANS(each) not in means]
    come = [each for each in new if _MEANS(each) not in meant]
    if gone and come:
        for before, now in zip(gone, come, strict=False):
            yield f"~ {now.file}: {now.group}: “{written}”: {_how(before, now)}"
    else:
        yield from (f"+ {each.file}: {each.group}: “{written}” ({each.kind})" for each in come)
        yield from (f"- {each.file}: {each.group}: “{written}” ({each.kind})" for each in gone)


def _how(before: Entry, now: Entry) -> str:
    if before.kind != now.kind:
        return f"{before.kind} becomes {now.kind}"
    less, more = (len(set(a.spellings) - set(b.spellings)) for a, b in ((before, now), (now, before)))
    if less or more:
        return f"{more} ways to say it more, {less} less"
    return "means or matches something else"
