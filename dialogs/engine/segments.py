"""What a text costs: its encoding, its length and its SMS segments (TWILIO 1.7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_TWICE = frozenset("^{}\\[~]|€\f")
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Cost:
    """`units` are septets (GSM-7) or UTF-16 units (UCS-2); `odd` are the letters that left GSM-7."""

    encoding: str
    units: int
    segments: int
    odd: str


def cost(text: str) -> Cost:
    """The cost of one text as the carrier counts it."""
    odd = "".join(sorted({letter for letter in text if letter not in _GSM_7 and letter not in _GSM_7_TWICE}))
    encoding = "UCS-2" if odd else "GSM-7"
    widths = [_width(letter, encoding) for letter in text]
    return Cost(encoding, sum(widths), _segments(widths, *_ROOM[encoding]), odd)


def room(encoding: str, segments: int) -> int:
    """How many units fit into so many segments."""
    alone, part = _ROOM[encoding]
    return alone if segments == 1 else part * segments


def worst(costs: Iterable[Cost], first: Cost) -> Cost:
    """The dearest of some costs."""
    return max(chain((first,), costs), key=lambda each: (each.segments, each.units))


def _width(letter: str, encoding: str) -> int:
    if encoding == "GSM-7":
        return 2 if letter in _GSM_7_TWICE else 1
    return 2 if ord(letter) > 0xFFFF else 1


def _segments(widths: list[int], alone: int, part: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, filled = 1, 0
    for width in widths:  # a letter of two units is never split between two parts
        if filled + width > part:
            count, filled = count + 1, 0
        filled += width
    return count
