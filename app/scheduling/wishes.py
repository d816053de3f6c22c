"""When a patient can come: what she answered or staff typed, as days, parts of the day and dates; nothing of health."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
NOON, EVENING = 12, 17
_NAMED = {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun",
}  # fmt: skip
_FROM_TO = re.compile(r"(\w+) to (\w+)")
_DATE = re.compile(r"(?:(\d{4})-|--)(\d\d)-(\d\d)")
_HOUR = re.compile(r"(\d{1,2}):\d\d")
_QUOTED = re.compile(r"“([^”]*)”")
_BOUND = re.compile(r"\b(?:(after|despu[eé]s de las?)|(?:before|antes de las?)) (\d{1,2})(?::\d\d)?\s*(am|pm)?")
_SPANS = {
    "this_week": r"this week|esta semana",
    "next_week": r"(?<!after )next week|following week|pr[oó]xima semana|semana que (?:viene|entra)",
    "next_month": r"next month|pr[oó]ximo mes|mes que viene",
    "in_two_days": r"day after tomorrow|pasado ma[nñ]ana",
}
_SPAN = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _SPANS.items()))


@dataclass(frozen=True)
class Wishes:
    """Days as in DAYS and parts as in PARTS, none for any; dates on the wall of the place, both included."""

    days: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    earliest: date | None = None
    latest: date | None = None


def of_answers(days: str, time_of_day: str, today: date) -> Wishes:
    """What she answered in a dialog (`vocabulary.SAVED`): our own labels and values of readings, and of her own words
    “so” the spans and bounds that are known for sure. What cannot be told narrows nothing: staff have her words beside
    it."""
    said = f"{days} {time_of_day}".lower()
    own, words = " ".join(_QUOTED.findall(said)), _QUOTED.sub("", said)
    on = [*_dates(words, today), *_span(own, today)]
    return Wishes(
        days=frozenset() if on else _days(words),
        parts=_parts(words) or _bounded(own),
        earliest=min(on, default=None),
        latest=max(on, default=None),
    )


@lru_cache(4096)
def as_kept(days: str, parts: str, earliest: date | None, latest: date | None) -> Wishes:
    """As a request's row holds them; many who wait have the same."""
    return Wishes(frozenset(days.split()), frozenset(parts.split()), earliest, latest)


def part_of(there: datetime) -> str:
    """The part of the day on the wall."""
    return "morning" if there.hour < NOON else "afternoon" if there.hour < EVENING else "evening"


def _days(words: str) -> frozenset[str]:
    between = _FROM_TO.search(words)
    if between is not None and {between[1], between[2]} <= _NAMED.keys():
        first, last = (DAYS.index(_NAMED[day]) for day in (between[1], between[2]))
        return frozenset(DAYS[first : last + 1])
    if "weekend" in words:
        return frozenset(DAYS[5:])
    return frozenset(DAYS[:5] if "weekday" in words else [short for name, short in _NAMED.items() if name in words])


def _parts(words: str) -> frozenset[str]:
    """An hour that may be either half of the day (3:00) is taken for the half in which people are seen."""
    found = {part for part in PARTS if part in words}
    for hour in _HOUR.findall(words):
        there = int(hour) + (12 if int(hour) < 7 else 0)
        found.add(part_of(datetime(2000, 1, 1, min(there, 23))))  # noqa: DTZ001  (an hour on a wall, no instant)
    return frozenset(found)


def _bounded(own: str) -> frozenset[str]:
    """The parts of the day after or before an hour; of both, or of neither, nothing for sure."""
    found = _BOUND.findall(own)
    if len(found) != 1:
        return frozenset()
    after, hour, half = found[0]
    there = int(hour) + 12 if half == "pm" and int(hour) < 12 else int(hour)
    there += 12 if not half and there < 7 else 0
    begins = {"morning": 0, "afternoon": NOON, "evening": EVENING}
    ends = {"morning": NOON, "afternoon": EVENING, "evening": 24}
    fits = [part for part in PARTS if (ends[part] > there if after else begins[part] < there)]
    return frozenset() if len(fits) == len(PARTS) else frozenset(fits)


def _span(own: str, today: date) -> list[date]:
    """The first and the last day of what she names."""
    named = _SPAN.search(own)
    monday = today - timedelta(days=today.weekday())
    match named.lastgroup if named else None:
        case "this_week":
            return [today, monday + timedelta(days=6)]
        case "next_week":
            return [monday + timedelta(days=7), monday + timedelta(days=13)]
        case "next_month":
            first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            return [first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)]
        case "in_two_days":
            return [today + timedelta(days=2)]
    return []


def _dates(words: str, today: date) -> list[date]:
    found = [today + timedelta(days=ahead) for word, ahead in (("today", 0), ("tomorrow", 1)) if word in words]
    for year, month, day in _DATE.findall(words):
        try:
            named = date(int(year or today.year), int(month), int(day))
            found.append(named if year or named >= today else named.replace(year=today.year + 1))
        except ValueError:  # the 30th of February: her words stand beside it
            continue
    return found
