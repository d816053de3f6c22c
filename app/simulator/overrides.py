"""The carrier's limits for one request, and what the fragment of a webhook's address changes of them (TWILIO 1.5).

`https://host/path#ct=2000&rt=8000&tt=15000&rc=2&rp=ct,5xx`: milliseconds for connecting, between packets and
altogether; how many retries, and after what. What is not understood or out of range counts as not written.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

Failure = Literal["ct", "rt", "4xx", "5xx", "partial"]
RETRIED = frozenset({"ct", "rt", "4xx", "5xx"})
"""What `rp` may name; an answer that breaks off is never asked for again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; `total` is for all tries together."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    after: frozenset[str] = frozenset({"ct"})


def limits(url: str) -> Limits:
    written = dict(parse_qsl(urlsplit(url).fragment))
    usual = Limits()
    return Limits(
        connect=_seconds(written.get("ct"), 10_000, usual.connect),
        read=_seconds(written.get("rt"), 15_000, usual.read),
        total=_seconds(written.get("tt"), 15_000, usual.total),
        retries=_whole(written.get("rc"), 0, 5, usual.retries),
        after=_after(written.get("rp"), usual.after),
    )


def _seconds(text: str | None, longest: int, usual: float) -> float:
    return _whole(text, 100, longest, round(usual * 1000)) / 1000


def _whole(text: str | None, least: int, most: int, usual: int) -> int:
    return int(text) if text and text.isdecimal() and least <= int(text) <= most else usual


def _after(text: str | None, usual: frozenset[str]) -> frozenset[str]:
    named = frozenset((text or "").split(","))
    return RETRIED if "all" in named else named & RETRIED or usual
