"""Times of day in a message: "3pm", "at 3", "half past 3", "a las tres y media de la tarde"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from escalation_desk.spelling import Spelled

_DIGITS = re.compile(r"(\d{1,2})(?:([:.])(\d\d))?")
_HOURS = {
    word: number
    for number, words in enumerate(
        (
            "one una", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete", "eight ocho",
            "nine nueve", "ten diez", "eleven once", "twelve doce",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_MINUTES = {
    ("y", "media"): 30, ("y", "cuarto"): 15, ("y", "quince"): 15, ("y", "treinta"): 30, ("thirty",): 30,
    ("fifteen",): 15, ("forty", "five"): 45, ("menos", "cuarto"): -15,
}  # fmt: skip
_LEADS = {("half", "past"): 30, ("quarter", "past"): 15, ("quarter", "after"): 15, ("quarter", "to"): -15}
_BEFORE_LAS = frozenset("a para de son hasta desde como sobre".split())
_HALVES: dict[tuple[str, ...], str | None] = {
    ("am",): "am", ("a", "m"): "am", ("pm",): "pm", ("p", "m"): "pm", ("p",): "pm", ("oclock",): "", ("horas",): "",
    ("hrs",): "", ("de", "la", "manana"): "morning", ("in", "the", "morning"): "morning",
    ("de", "la", "tarde"): "pm", ("in", "the", "afternoon"): "pm", ("in", "the", "evening"): "pm",
    ("de", "la", "noche"): "night", ("at", "night"): "night", ("noon",): "pm", ("del", "mediodia"): "pm",
}  # fmt: skip
_MEASURED = frozenset("min mins minute minutes minuto minutos hour hours day days dia dias st nd rd th".split())
_V = TypeVar("_V")
_RANGES = frozenset("after before until till by between from past despues antes hasta desde entre".split())


@dataclass(frozen=True, slots=True)
class Clock:
    """One time of day. `value`: "15:00" when it is certain, "3:00" when it may be either half of the day.

    `places` are the words that say it; `ranged` when it only bounds the time meant ("after 3").
    """

    value: str
    places: frozenset[int]
    certain: bool
    ranged: bool

    def within(self, part: str) -> str:
        """The value, in the half of the day that a part of the day named elsewhere decides."""
        hour, minute = map(int, self.value.split(":"))
        return self.value if self.certain else _written(hour, minute, "morning" if part == "morning" else "pm")


def times_in(words: Sequence[Spelled]) -> Iterator[Clock]:
    """Every time of day, in order; lengths of time, days of the month and bare numbers are none."""
    texts = [word.text for word in words]
    at = 0
    while at < len(texts):
        clock = _time_at(texts, at)
        at = max(clock.places) + 1 if clock else at + 1
        if clock:
            yield clock


def _time_at(texts: Sequence[str], at: int) -> Clock | None:
    if not (texts[at][0].isdecimal() or texts[at] in _HOURS):
        return None
    number = _DIGITS.fullmatch(texts[at])
    hour = int(number[1]) if number else _HOURS.get(texts[at], 99)
    if hour > 23:
        return None
    end = at + 1
    spoken, end = _next(texts, end, _MINUTES, 0)
    half, end = _next(texts, end, _HALVES, None)
    first, lead = _lead(texts, at)
    minute = (int(number[3]) if number and number[3] else 0) + spoken + lead
    colon = number is not None and number[2] == ":"
    measured = end < len(texts) and texts[end] in _MEASURED
    if half is None and (measured or (first == at and not colon)):
        return None
    if not -15 <= minute < 60 or (hour == 0 and not colon):
        return None
    total = (hour * 60 + minute) % (24 * 60)
    half = "24" if hour > 12 or (number is not None and number[1].startswith("0")) else half or ""
    ranged = any(word in _RANGES for word in texts[max(0, first - 2) : first + 1])
    value = _written(total // 60, total % 60, half)
    return Clock(value, frozenset(range(first, end)), half != "", ranged)


def _next(texts: Sequence[str], at: int, known: Mapping[tuple[str, ...], _V], nothing: _V) -> tuple[_V, int]:
    """What the words from `at` on stand for, the longest first, and the place behind them."""
    for length in (3, 2, 1):
        following = tuple(texts[at : at + length])
        if len(following) == length and following in known:
            return known[following], at + length
    return nothing, at


def _lead(texts: Sequence[str], at: int) -> tuple[int, int]:
    """Where the words before an hour begin that make it a time, and the minutes they add."""
    before = tuple(texts[max(0, at - 2) : at])
    if before in _LEADS:
        return at - 2 - (texts[at - 3 : at - 2] == ["at"]), _LEADS[before]
    if before[-1:] == ("at",):
        return at - 1, 0
    if before[-1:] in (("las",), ("la",)) and len(before) == 2 and before[0] in _BEFORE_LAS:
        return at - 2, 0
    return at, 0


def _written(hour: int, minute: int, half: str) -> str:
    """24 hours with two digits when the half of the day is known, else as on a dial, without a leading zero."""
    if half == "":
        return f"{hour}:{minute:02}"
    if half == "morning" and hour == 12:  # "las 12 de la mañana" is said of noon
        return f"12:{minute:02}"
    if half == "am" or (half == "night" and hour == 12):
        hour %= 12
    elif half in ("pm", "night"):
        hour = hour % 12 + 12
    return f"{hour:02}:{minute:02}"
