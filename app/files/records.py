"""One row of a file as what it means: an appointment, or an encounter with what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app import local_times
from app.files.values import Unclear, a_day, a_number, a_time, by_when, one_of
from app.models.follow_ups import VISIT_TYPES

KINDS = ("appointments", "encounters")
_WHO = ("id", "patient", "birth_date", "phone", "day")
NEEDED = {"appointments": (*_WHO, "time", "location", "provider"), "encounters": _WHO}
KNOWN = {
    "appointments": (*NEEDED["appointments"], "language", "kind", "status"),
    "encounters": (*_WHO, "time", "language", "kind", "follow_up", "within"),
}
STATUS = ("booked", "cancelled", "seen", "missed")
FOLLOWS = ("undecided", "none", "book", "lab", "referral", "recall_chronic", "recall_lapsed", "callback", "check_in")
LANGUAGES = ("en", "es", "english", "spanish")
LONGEST_ID, LONGEST_NAME = 60, 100
NOON = time(12)
Who = tuple[str, str, str, str | None, str]
"""Key, name, birth date, number and language."""


@dataclass(frozen=True)
class Places:
    """What a row may name: locations (id, zone) and providers (id) by their names; the practice's zone and today."""

    locations: Mapping[str, tuple[int, str]]
    providers: Mapping[str, int]
    zone: str
    today: date


@dataclass(frozen=True)
class Record:
    """A row that can be taken in. `status` is of an appointment; `follows` and `due_on` are of an encounter."""

    key: str
    name: str
    birth_date: str
    phone: str | None
    language: str
    at: datetime
    visit_type: str
    location_id: int = 0
    provider_id: int = 0
    status: str = ""
    follows: str = ""
    due_on: date | None = None


def meant(kind: str, row: Mapping[str, str], places: Places) -> Record:
    """What a row means. Raises Unclear with the first thing that is wrong with it."""
    external, name = row["id"], " ".join(row["patient"].split())
    if not external or len(external) > LONGEST_ID:
        raise Unclear(f"id: please give each row the number it has in your system, up to {LONGEST_ID} letters.")
    if not any(letter.isalpha() for letter in name) or len(name) > LONGEST_NAME:
        raise Unclear(f"patient: please give the name, up to {LONGEST_NAME} letters.")
    born = a_day(row["birth_date"], "birth_date")
    if born > places.today:
        raise Unclear(f"birth_date: {born.isoformat()} lies ahead. Please check it.")
    language = one_of(row.get("language", ""), LANGUAGES, "language", "en")[:2]
    spoken = "es" if language in ("es", "sp") else "en"
    who = (f"{kind[:-1]}:{external}", name, born.isoformat(), a_number(row["phone"]), spoken)
    visit_type = one_of(row.get("kind", ""), VISIT_TYPES, "kind", "routine")
    read = _appointment if kind == "appointments" else _encounter
    return read(who, row, visit_type, places)


def _appointment(who: Who, row: Mapping[str, str], kind: str, places: Places) -> Record:
    location = places.locations.get(row["location"].casefold())
    provider = places.providers.get(row["provider"].casefold())
    if location is None:
        raise Unclear(f"location: “{row['location']}” is none of yours. Known are: {', '.join(places.locations)}.")
    if provider is None:
        raise Unclear(f"provider: “{row['provider']}” is not known. Known are: {', '.join(places.providers)}.")
    status = one_of(row.get("status", ""), STATUS, "status", "booked")
    at = _instant(a_day(row["day"], "day"), a_time(row["time"]), location[1])
    return Record(*who, at=at, visit_type=kind, location_id=location[0], provider_id=provider, status=status)


def _encounter(who: Who, row: Mapping[str, str], kind: str, places: Places) -> Record:
    day = a_day(row["day"], "day")
    if day > places.today:
        raise Unclear(f"day: {day.isoformat()} lies ahead; an encounter has taken place.")
    at = _instant(day, a_time(row["time"]) if row.get("time") else NOON, places.zone)
    follows = one_of(row.get("follow_up", ""), FOLLOWS, "follow_up", "undecided")
    if follows in ("undecided", "none"):
        return Record(*who, at=at, visit_type=kind, follows=follows)
    if not row.get("within"):
        raise Unclear("within: please say by when it must follow, such as 3 weeks or 2026-12-15.")
    due_on = by_when(row["within"], day)
    return Record(*who, at=at, visit_type=kind, follows=follows, due_on=max(due_on, places.today))


def _instant(day: date, at: time, zone: str) -> datetime:
    try:
        return local_times.instant(day, at, zone)
    except local_times.NoSuchTime as gap:
        raise Unclear(f"time: {gap}") from gap
    except local_times.TwiceThatDay:  # the first of the two: whoever comes an hour early is still seen
        return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
