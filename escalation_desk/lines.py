"""One line of a word list: what may stand at each of its places, and every way to spell it out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from math import prod

from escalation_desk.folding import fold_phrase

GAP = ".."
_MOST_SPELLINGS = 1_000

Words = tuple[str, ...]
Sets = Mapping[str, Sequence[Words]]
"""Folded phrases that may stand for one another, by the name lines call them by in braces: `{cannot} swallow`."""


class LexiconFault(Exception):
    """A word list that may not be loaded: which file, which entry, set or group, on which line, and why."""

    def __init__(self, file: str, entry: str, reason: str, line: int | None = None) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: “{entry}”: {reason}")
        self.file, self.entry, self.reason, self.line = file, entry, reason, line

    def found_in(self, texts: Mapping[str, str]) -> "LexiconFault":
        """The same with the number of the line on which the entry, set or group is written."""
        body = texts.get(self.file, "").splitlines()
        written = (f'"{self.entry}"', f"'{self.entry}'", self.entry)
        places = [[at for at, line in enumerate(body, start=1) if words in line] for words in written]
        # of an entry that stands twice, the second is one too many
        return LexiconFault(self.file, self.entry, self.reason, next((found[-1] for found in places if found), None))


@dataclass(frozen=True, slots=True)
class Place:
    """What may stand at one place: by its first word, all that may follow that word, the longest first.

    A place with no words at all is a gap; an `optional` one may be left out.
    """

    beginnings: Mapping[str, Sequence[Words]]
    optional: bool

    @property
    def is_gap(self) -> bool:
        return not self.beginnings


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is matched (`places`), and what may stand for each place, folded (`choices`; () may be left out)."""

    written: str
    places: tuple[Place, ...]
    choices: tuple[tuple[Words, ...], ...]

    @property
    def spellings(self) -> tuple[Words, ...]:
        """Every way to spell it out, at most a thousand: for whoever proves a list, too slow for whoever loads one."""
        if len(self.choices) == 1:
            return self.choices[0]
        return tuple(dict.fromkeys(tuple(chain.from_iterable(chosen)) for chosen in product(*self.choices)))

    @property
    def is_single(self) -> bool:
        return all(len(place) == 1 for place in self.choices)

    @property
    def words(self) -> Iterator[str]:
        return (word for place in self.choices for words in place for word in words)

    @property
    def openings(self) -> set[Words]:
        """The first two words of each spelling; one word alone where it is all."""
        found: set[Words] = set()
        for at, place in enumerate(self.choices):
            following = _firsts(self.choices[at + 1 :])
            for words in place:
                if len(words) > 1:
                    found.add(words[:2])
                elif words:
                    found.update([words + first for first in following])
            if () not in place:
                break
        return found

    @property
    def lone_words(self) -> Iterator[str]:
        """Each word that stands for the whole line by itself."""
        needed = [place for place in self.choices if () not in place]
        if len(needed) > 1:
            return iter(())
        return (words[0] for place in needed or self.choices for words in place if len(words) == 1)


def _firsts(choices: Sequence[Sequence[Words]]) -> set[Words]:
    """The first word of each spelling of these places; () where all of them may be left out, or there are none."""
    found: set[Words] = set()
    for place in choices:
        found.update([words[:1] for words in place if words])
        if () not in place:
            return found
    return found | {()}


def read_line(file: str, written: str, sets: Sets, known: dict[str, tuple[Words, ...]]) -> Line:
    """The line `written` in a word list, such as `can't/can_not breathe` or `{cannot} breathe`. Raises LexiconFault.

    `known` remembers what each place stands for, since most stand in many lines: one for each reading of `sets`.
    """
    choices = tuple(_known(file, written, place, sets, known) for place in written.split())
    count = prod(len(place) for place in choices)
    if count > _MOST_SPELLINGS:
        raise LexiconFault(file, written, f"stands for {count} spellings; split it")
    if all(() in place for place in choices):
        raise LexiconFault(file, written, "would stand for no words at all")
    return Line(written, tuple(map(_place, choices)), choices)


def read_set(file: str, name: str, phrases: Sequence[str]) -> tuple[Words, ...]:
    """The folded phrases of a set. Raises LexiconFault."""
    folded = tuple(_words(file, name, phrase.replace(" ", "_")) for phrase in phrases)
    _refuse_repeats(file, name, folded)
    return folded


def _known(
    file: str, written: str, place: str, sets: Sets, known: dict[str, tuple[Words, ...]]
) -> tuple[Words, ...]:  # fmt: skip
    choices = known.get(place)
    if choices is None:
        choices = tuple(_choices(file, written, place, sets))
        _refuse_repeats(file, written, choices)
        known[place] = choices
    return choices


def _choices(file: str, written: str, place: str, sets: Sets) -> Iterator[Words]:
    for choice in place.split("/"):
        if not choice.startswith("{"):
            yield _words(file, written, choice)
        elif choice.strip("{}") in sets:
            yield from sets[choice.strip("{}")]
        else:
            raise LexiconFault(file, written, f"there is no set {choice}")


def _words(file: str, written: str, choice: str) -> Words:
    if choice.isascii() and choice.isalpha():
        return (choice.lower(),)
    if choice == GAP:
        return (GAP,)
    if choice == "-":  # an alternative that may be left out: `can't/- breathe`
        return ()
    folded = fold_phrase(choice.strip("*").replace("_", " "))
    if not folded:
        raise LexiconFault(file, written, f"“{choice}” holds no letters, numbers or pictures")
    if choice.startswith("*") or choice.endswith("*"):
        if len(folded) != 1 or len(folded[0]) < 3:
            raise LexiconFault(file, written, "a star needs one stem of three letters or more")
        return (f"*{folded[0]}",) if choice.startswith("*") else (f"{folded[0]}*",)
    return folded


def _refuse_repeats(file: str, written: str, place: Sequence[Words]) -> None:
    """The same word twice in one place is two words of one alternative that a space tore apart: `low/like/like crap`
    would ask for "crap" after every one of them."""
    if len(set(place)) == len(place):
        return
    repeated = next(words for at, words in enumerate(place) if words in place[:at])
    word = " ".join(repeated)
    raise LexiconFault(file, written, f"offers “{word}” twice; words that belong together are joined by _")


@lru_cache(maxsize=4_000)
def _place(choices: tuple[Words, ...]) -> Place:
    beginnings: dict[str, list[Words]] = defaultdict(list)
    for words in sorted(choices, key=len, reverse=True):
        if words and words != (GAP,):
            beginnings[words[0]].append(words[1:])
    return Place(dict(beginnings), () in choices)
