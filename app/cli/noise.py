"""Damages words as hasty thumbs and poor hearing do, the same way for the same seed: for measuring the reader."""

import re
from collections.abc import Callable
from random import Random

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3  # "a" and "no" are seldom mistyped, and never readable when they are
_NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn",
    "j": "hukm", "k": "jil", "l": "kop", "z": "asx", "x": "zsdc",
    "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip


def damaged(text: str, rate: float, seed: int) -> str:
    """`text` with a share `rate` (0 to 1) of its words of three letters or more damaged by one slip each.

    A slip is a letter missing, doubled, swapped with the next or replaced by its neighbour on the keyboard, or the
    space before the word left out. The same text, rate and seed give the same damage on every machine.
    """
    chance = Random(f"{seed}:{text}")  # noqa: S311  (noise to be repeated, no secret)

    def slip(found: re.Match[str]) -> str:
        word = found.group()
        if len(word) < _SHORTEST or chance.random() >= rate:
            return word
        return chance.choice(_SLIPS)(word, chance.randrange(len(word) - 1), chance)

    return _JOINED.sub("", _WORD.sub(slip, text))


_NO_SPACE = "\ue000"
_JOINED = re.compile(rf"\s?{_NO_SPACE}")


def _missing(word: str, at: int, _: Random) -> str:
    return word[:at] + word[at + 1 :]


def _doubled(word: str, at: int, _: Random) -> str:
    return word[: at + 1] + word[at:]


def _swapped(word: str, at: int, _: Random) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _neighbour(word: str, at: int, chance: Random) -> str:
    return word[:at] + chance.choice(_NEIGHBOURS.get(word[at].lower(), word[at])) + word[at + 1 :]


def _no_space(word: str, _: int, __: Random) -> str:
    return _NO_SPACE + word


# Letters go wrong more often than spaces.
_SLIPS: tuple[Callable[[str, int, Random], str], ...] = (
    _missing, _missing, _doubled, _doubled, _swapped, _swapped, _neighbour, _neighbour, _no_space,
)  # fmt: skip
