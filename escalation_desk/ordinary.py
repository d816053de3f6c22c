"""The ordinary words of English and Spanish: a word people write every day is not a misspelt symptom."""

import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

from escalation_desk.folding import fold_phrase

_EVERYDAY = 4e-5  # about the five thousand commonest words of a language


@lru_cache(maxsize=1)
def shares() -> Mapping[str, Mapping[str, float]]:
    """How large a share of all words of "en" and "es" each folded word is: those used at least once in a million words
    (wordfreq, small lists)."""
    from wordfreq import get_frequency_dict  # a quarter of a second, which only a process that reads messages pays

    found: dict[str, dict[str, float]] = {"en": {}, "es": {}}
    for language, used in found.items():
        for word, share in get_frequency_dict(language, "small").items():
            for folded in (word,) if word.isascii() and word.isalpha() else fold_phrase(word):
                if folded.isalpha():
                    used[folded] = max(share, used.get(folded, 0.0))
    return found


@lru_cache(maxsize=1)
def frequencies() -> Mapping[str, float]:
    """The share of each folded word in English or Spanish, whichever is more."""
    english, spanish = shares()["en"], shares()["es"]
    return {word: max(english.get(word, 0.0), spanish.get(word, 0.0)) for word in english.keys() | spanish.keys()}


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Every word people write: it is itself, and no misspelt one."""
    return frozenset(frequencies())


@lru_cache(maxsize=1)
def _in_order() -> tuple[str, ...]:
    return tuple(sorted(ordinary_words()))


def beginning_with(stem: str) -> Sequence[str]:
    """The ordinary words that begin with `stem`, in order."""
    words = _in_order()
    return words[bisect_left(words, stem) : bisect_left(words, stem + chr(sys.maxunicode))]


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """The commonest of them: what a misspelt word most likely meant."""
    return frozenset(word for word, share in frequencies().items() if share >= _EVERYDAY and len(word) >= 4)
