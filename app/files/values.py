"""Days, times and numbers as practices write them, or a sentence that says how to."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from app import numbers, settings

DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%Y%m%d")
Read = TypeVar("Read")
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
_LENGTH = re.compile(r"([1-9][0-9]{0,2}) ?(day|week|month)s?")
_LONG = {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=30)}


class Unclear(ValueError):
    """What stands in a row cannot be meant; each of `sentences` says what is wrong with a field, with the remedy."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Fields:
    """The fields of a row, read one after the other, so that all that is wrong with the row is said at once."""

    def __init__(self) -> None:
        self._faults: list[str] = []

    def read(self, instead: Read, how: Callable[..., Read], *given: Any) -> Read:
        """What a field says; `instead` where that is unclear, until `refuse` says so."""
        try:
            return how(*given)
        except Unclear as fault:
            self._faults += fault.sentences
            return instead

    def refuse(self) -> None:
        """Raises Unclear with everything that was unclear, if anything was."""
        if self._faults:
            raise Unclear(*self._faults)


def a_day(text: str, column: str) -> date:
    """A day in one of three styles: 2026-11-24, 11/24/2026, Nov 24, 2026. Raises Unclear."""
    for style in DAYS:
        try:
            found = datetime.strptime(text, style).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
        if 1900 <= found.year <= 2100:
            return found
    raise Unclear(f"{column}: “{text}” is no day we know. Please write it as 2026-11-24 (or 11/24/2026, month first).")


def a_time(text: str) -> time:
    """A time of day: 15:00 or 3:00 PM. Raises Unclear."""
    for style in TIMES:
        try:
            return datetime.strptime(text.upper().replace(".", ""), style).time()  # noqa: DTZ007
        except ValueError:
            continue
    raise Unclear(f"time: “{text}” is no time of day. Please write it as 15:00 or 3:00 PM.")


def a_number(text: str) -> str | None:
    """A telephone number in E.164; None for an empty field. Raises Unclear."""
    if not text:
        return None
    try:
        found = numbers.as_e164(text)
    except numbers.BadNumber as fault:
        raise Unclear(f"phone: {fault}. Please check it, such as (202) 555-0123.") from fault
    current = settings.current()
    if found in current.numbers or found == current.practice_phone:
        raise Unclear("phone: this is the practice’s own number. Please give the patient’s, or leave it empty.")
    return found


def one_of(text: str, allowed: tuple[str, ...], column: str, otherwise: str) -> str:
    """A word of a list, in whatever case; `otherwise` for an empty field. Raises Unclear."""
    found = text.casefold().replace(" ", "_") or otherwise
    if found not in allowed:
        raise Unclear(f"{column}: “{text}” is not one of: {', '.join(allowed)}.")
    return found


def by_when(text: str, since: date) -> date:
    """`3 weeks` after a day, or a day. Raises Unclear."""
    match = _LENGTH.fullmatch(text.casefold())
    return since + int(match[1]) * _LONG[match[2]] if match else a_day(text, "within")
