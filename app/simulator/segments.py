"""How many SMS parts a body takes: 160/153 septets in GSM-7, else 70/67 units of UTF-16."""

import unicodedata
from collections.abc import Iterable, Iterator

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def count(body: str) -> int:
    """Parts as the carrier bills them; an empty body is one."""
    if all(char in _BASIC or char in _EXTENDED for char in body):
        return _parts((2 if char in _EXTENDED else 1 for char in body), single=160, each=153)
    return _parts(_as_seen(body), single=70, each=67)


def _as_seen(body: str) -> Iterator[int]:
    """The width of each character that a person sees; accents, joined emoji and skin tones belong to what precedes."""
    width, before = 0, ""
    for char in body:
        if width and not _belongs(char, before):
            yield width
            width = 0
        width += 2 if ord(char) > 0xFFFF else 1
        before = char
    yield width


def _belongs(char: str, before: str) -> bool:
    joined = _JOINER in (char, before)
    return joined or unicodedata.category(char) in ("Mn", "Me", "Mc") or ord(char) in _SKIN_TONES


def _parts(widths: Iterable[int], single: int, each: int) -> int:
    """A character is never split over two parts."""
    total, parts, used = 0, 1, 0
    for width in widths:
        total += width
        if used + width > each:
            parts, used = parts + 1, 0
        used += width
    return 1 if total <= single else parts
