"""How many SMS parts a body takes: 160/153 septets in GSM-7, else 70/67 units of UTF-16."""

from collections.abc import Iterable

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


def count(body: str) -> int:
    """Parts as the carrier bills them; an empty body is one."""
    if all(char in _BASIC or char in _EXTENDED for char in body):
        return _parts((2 if char in _EXTENDED else 1 for char in body), single=160, each=153)
    return _parts((2 if ord(char) > 0xFFFF else 1 for char in body), single=70, each=67)


def _parts(widths: Iterable[int], single: int, each: int) -> int:
    """A character of two units is never split over two parts."""
    total, parts, used = 0, 1, 0
    for width in widths:
        total += width
        if used + width > each:
            parts, used = parts + 1, 0
        used += width
    return 1 if total <= single else parts
