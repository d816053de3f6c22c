"""Words that sound alike: Spanish as it is heard ("bomito"), medicines as a telephone heard them ("met forming")."""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache

_DOUBLED = re.compile(r"(.)\1+")
_SPANISH = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ch", "ç"), ("h", ""), ("qu(?=[ei])", "k"), ("c(?=[ei])", "s"), ("[cq]", "k"), ("z", "s"), ("v", "b"),
        ("ll", "y"), ("gu(?=[ei])", "g§"), ("g(?=[ei])", "j"), ("§", ""), ("n(?=[bp])", "m"), ("m(?=f)", "n"),
    )
)  # fmt: skip
_HEARD = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^x|z", "s"), ("x", "ks"), ("ph", "f"), ("ck|qu|ch", "k"), ("c(?=[eiy])", "s"), ("[cq]", "k"), ("th", "t"),
        ("gh|^k(?=n)", ""), ("g(?=[eiy])", "j"), ("ng$", "n"), ("[aeiouhwy]", ""),
    )
)  # fmt: skip
_SHORTEST, _LEAST_HEARD, _SHORTEST_NAME = 4, 5, 7
_WIDEST, _MOST_ASTRAY = 5, 3
_MOST_PLAIN, _MOST_ASTRAY_PLAIN = 3, 1


@lru_cache(maxsize=20_000)
def spanish_sound(word: str) -> str:
    """How a folded word sounds in Spanish: b and v, s, c and z, ll and y, silent h are alike."""
    for pattern, sound in _SPANISH:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", word)


class Sounds:
    """Which of our words an unknown one sounds like."""

    def __init__(
        self, words: Iterable[str], names: Iterable[str], ordinary: Container[str], answers: Container[str] = ()
    ) -> None:
        """`words` may be written by ear; `names` of medicines may be torn into several words, if they are `ordinary`
        ones only into two or three that leave little over, none of which is one of the `answers` to us ("ok to
        cancel" is no ketoconazole)."""
        self._ordinary, self._answers = ordinary, answers
        self._spanish: Mapping[str, list[str]] = _index(words, spanish_sound, _SHORTEST, 3)
        self._names: Mapping[str, list[str]] = _index(names, name_sound, _SHORTEST_NAME, _LEAST_HEARD)

    def like(self, word: str) -> Sequence[str]:
        """The words that a Spanish ear could write as `word`."""
        return self._spanish.get(spanish_sound(word), ()) if len(word) >= _SHORTEST else ()

    def name_at(self, words: Sequence[str], at: int) -> tuple[str, int] | None:
        """The medicine that two to five words from `at` on sound like, and how many they are; the most words win."""
        heard, letters, plain, found = name_sound(words[at]), len(words[at]), words[at] in self._ordinary, None
        answers = words[at] in self._answers
        for count in range(2, min(_WIDEST, len(words) - at) + 1):
            word = words[at + count - 1]
            if not word.isalpha():
                break
            more = name_sound(word)
            heard += more[1:] if heard[-1:] == more[:1] else more
            letters += len(word)
            plain, answers = plain and word in self._ordinary, answers or word in self._answers
            for name in () if plain and answers else self._names.get(heard, ()):
                if _is_near(name, heard, letters, count, plain):
                    found = (name, count)
        return found


def _is_near(name: str, heard: str, letters: int, count: int, plain: bool) -> bool:
    """Whether what was heard as `count` words may be `name`; ordinary words must come closer to it than others."""
    if plain:
        return len(heard) > _LEAST_HEARD and count <= _MOST_PLAIN and abs(letters - len(name)) <= _MOST_ASTRAY_PLAIN
    return abs(letters - len(name)) <= _MOST_ASTRAY


@lru_cache(maxsize=20_000)
def name_sound(word: str) -> str:
    """What is left of a word that was hardly heard: its consonants, alike ones as one, each once in a row."""
    for pattern, sound in _HEARD:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", word)


def _index(words: Iterable[str], sound: Callable[[str], str], shortest: int, least: int) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= shortest and word.isalpha() and len(sounds := sound(word)) >= least:
            found[sounds].append(word)
    return dict(found)
