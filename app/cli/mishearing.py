"""Misheard words, as a machine writes down what it took for speech: real words that sound alike, rare ones taken apart.

For measuring the reader, which has its own idea of what sounds alike (escalation_desk/sounds.py): this one is coarser,
on purpose, and takes nothing from there."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from random import Random

from rapidfuzz import fuzz, process

_WORD = re.compile(r"[^\W\d_]+")
_KNOWN, _COMMON = 40_000, 15_000
"""Words of a language that a recogniser knows, and those that it takes for one it does not know: the most frequent."""
_ALIKE = 50
"""Of 100: how alike two words that sound alike must at least look."""
_LIKELY = 4
"""Of the words it may be, the most alike ones among which chance draws."""
_CHUNK = 4
"""Letters of a rare word that are taken for a word of their own."""
_SOUNDS = str.maketrans({
    **dict.fromkeys("cqkx", "k"), **dict.fromkeys("szç", "s"), **dict.fromkeys("td", "t"), **dict.fromkeys("pb", "p"),
    **dict.fromkeys("fv", "f"), **dict.fromkeys("gj", "j"), **dict.fromkeys("mnñ", "m"),
    **dict.fromkeys("aeiouyáéíóúühw", ""),
})  # fmt: skip


def misheard(text: str, rate: float, seed: int, language: str) -> str:
    """`text` with a share `rate` (0 to 1) of its words misheard, in lower case and without marks, as speech arrives. A
    word becomes another that sounds much like it; one that no recogniser knows, as many medicines, becomes several. The
    same text, rate, seed and language (`en`, `es`) give the same on every machine."""
    chance = Random(f"{seed}:{text}")  # noqa: S311  (noise to be repeated, no secret)
    heard = (
        _instead(word, chance, language) if chance.random() < rate else word for word in _WORD.findall(text.lower())
    )
    return " ".join(heard)


def _instead(word: str, chance: Random, language: str) -> str:
    known, by_sound = _vocabulary(language)
    if word not in known:
        return " ".join(_nearest(part, language) for part in _parts(word))
    return _drawn(word, by_sound.get(_sound(word), ()), chance)


def _drawn(word: str, alike: Sequence[str], chance: Random) -> str:
    found = process.extract(
        word, [each for each in alike if each != word], scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_LIKELY
    )
    return chance.choice(found)[0] if found else word


def _parts(word: str) -> list[str]:
    count = max(1, round(len(word) / _CHUNK))
    bounds = [round(len(word) * place / count) for place in range(count + 1)]
    return [word[begin:end] for begin, end in pairwise(bounds)]


def _nearest(part: str, language: str) -> str:
    known, _ = _vocabulary(language)
    return process.extractOne(part, list(known)[:_COMMON], scorer=fuzz.ratio)[0]


@cache
def _vocabulary(language: str) -> tuple[Mapping[str, None], Mapping[str, Sequence[str]]]:
    """What a recogniser knows, the most frequent first, and which of them sound alike."""
    from wordfreq import top_n_list

    known = dict.fromkeys(word for word in top_n_list(language, _KNOWN) if word.isalpha())
    by_sound = defaultdict(list)
    for word in list(known)[:_COMMON]:
        by_sound[_sound(word)].append(word)
    return known, by_sound


def _sound(word: str) -> str:
    """Its consonants, those that are easily confused as one, each once in a row."""
    return "".join(letter for letter, _ in groupby(word.translate(_SOUNDS))) or word[:1]
