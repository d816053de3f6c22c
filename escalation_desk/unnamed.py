"""Words of somebody that no list knows: what may be a symptom in words nobody has written down yet (decision 0091)."""

from collections.abc import Sequence
from itertools import pairwise

from escalation_desk.lexicon import Lexicon
from escalation_desk.reading import Mention
from escalation_desk.spelling import Spelled

TITLES = frozenset("dr dra mr mrs doctor doctora".split())
KIND = "unnamed"
_FAMILY = frozenset(
    "mom mum mother dad father wife husband son daughter sister brother parent guardian grandma grandpa".split()
)


def unnamed(words: Sequence[Spelled], text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
    """The words that may tell how somebody is: no word of `text` is about a visit, the practice or the world, or is a
    name, and it speaks of somebody ("it's gone all shimmery") or holds two unknown words. None from lists that know no
    small words."""
    if not lexicon.small:
        return ()
    left = [word for word in words if _tells(word, lexicon)]
    names = _names(words, text)
    if any(word.start in names or not lexicon.other_matters.isdisjoint(_ways(word)) for word in left):
        return ()
    if len(left) < 2 and all(lexicon.somebody.isdisjoint(_ways(word)) for word in words):
        return ()
    return tuple(
        Mention(word.start, word.end, text[word.start : word.end], "", KIND, "pattern", 100.0) for word in left
    )


def _tells(word: Spelled, lexicon: Lexicon) -> bool:
    return len(word.text) > 1 and word.text.isalpha() and lexicon.small.isdisjoint(_ways(word))


def _names(words: Sequence[Spelled], text: str) -> set[int]:
    """Where a name begins: after a title, before one of a family ("sams mom"), or with a capital within a sentence,
    unless more than two words have one and no word is without."""
    capital = [word for word in words if _has_a_capital(text[word.start : word.end])]
    if len(words) == len(capital) > 2:
        capital = []
    found = {word.start for word in capital if text[: word.start].rstrip()[-1:] not in ("", *".!?\n")}
    for before, word in pairwise(words):
        if before.text in TITLES:
            found.add(word.start)
        if word.text in _FAMILY and before.text.endswith("s"):
            found.add(before.start)
    return found


def _has_a_capital(written: str) -> bool:
    return written[:1].isupper() and written[1:].islower()


def _ways(word: Spelled) -> set[str]:
    return {word.text, *word.forms}
