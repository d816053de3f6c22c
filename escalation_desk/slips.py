"""Slips of the thumb: the ways a word may have been stretched or disguised, and how far a misspelt one may be away."""

import re
from collections.abc import Iterator

SHORTEST_FUZZY = 4
TWO_SLIPS_FROM = 7
_LEET = str.maketrans("013457", "oieast")
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_HURRIED_K = re.compile(r"k(?=[ei])")


def variants(word: str) -> Iterator[str]:
    """The word as written, without its stretched letters ("soooo"), without digits for letters ("p4in"), and with the
    Spanish letters that a hurried "k" stands for ("kiero", "akabar")."""
    yield word
    if _STRETCHED.search(word):
        yield _STRETCHED.sub(r"\1\1", word)
        yield _STRETCHED.sub(r"\1", word)
        yield _DOUBLED.sub(r"\1", word)
    if not word.isalpha() and not word.isdecimal():
        plain = word.translate(_LEET)
        yield plain
        yield _DOUBLED.sub(r"\1", plain)
    if "k" in word:
        yield _HURRIED_K.sub("qu", word).replace("k", "c")


def allowed(word: str, candidate: str) -> int:
    """How many slips may lie between them: of four letters the first must stay, and none be replaced (siva/sida)."""
    shorter = min(len(word), len(candidate))
    if shorter < SHORTEST_FUZZY:
        return 0
    if shorter == SHORTEST_FUZZY and (word[0] != candidate[0] or _one_letter_replaced(word, candidate)):
        return 0
    return 2 if shorter >= TWO_SLIPS_FROM - 1 and len(word) >= TWO_SLIPS_FROM else 1


def _one_letter_replaced(word: str, candidate: str) -> bool:
    return len(word) == len(candidate) and sorted(word) != sorted(candidate)


def traces(word: str, slips: int) -> set[str]:
    """The word with up to `slips` letters left out: two words within that distance share a trace."""
    traces = {word}
    last = traces
    for _ in range(slips):
        last = {shorter[:at] + shorter[at + 1 :] for shorter in last for at in range(len(shorter))}
        traces |= last
    return traces
