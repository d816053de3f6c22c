"""One row of a file as what it means: an appointment, or an encounter with what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app import local_times
from app.files.values import Fields, Unclear, a_day, a_number, a_time, by_when, one_of
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
NO_DAY = date(2000, 1, 1)
"""Stands for a day that could not be read, until the row is refused."""
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
    """What a row means. Raises Unclear with everything that is wrong with it."""
    fields = Fields()
    external = fields.read("", _an_id, row["id"])
    name = fields.read("", _a_name, row["patient"])
    born = fields.read(NO_DAY, _a_birth_date, row["birth_date"], places.today)
    language = fields.read("en", one_of, row.get("language", ""), LANGUAGES, "language", "en")
    phone = fields.read(None, a_number, row["phone"])
    spoken = "es" if language in ("es", "spanish") else "en"
    who = (f"{kind[:-1]}:{external}", name, born.isoformat(), phone, spoken)
    visit_type = fields.read("", one_of, row.get("kind", ""), VISIT_TYPES, "kind", "routine")
    record = (_appointment if kind == "appointments" else _encounter)(who, row, visit_type, places, fields)
    fields.refuse()
    return record


def _an_id(text: str) -> str:
    if not text or len(text) > LONGEST_ID:
        raise Unclear(f"id: please give each row the number it has in your system, up to {LONGEST_ID} letters.")
    return text


def _a_name(text: str) -> str:
    name = " ".join(text.split())
    if not any(letter.isalpha() for letter in name) or len(name) > LONGEST_NAME:
        raise Unclear(f"patient: please give the name, up to {LONGEST_NAME} letters.")
    return name


def _a_birth_date(text: str, today: date) -> date:
    born = a_day(text, "birth_date")
    if born > today:
        raise Unclear(f"birth_date: {born.isoformat()} lies ahead. Please check it.")
    return born


def _appointment(who: Who, row: Mapping[str, str], kind: str, places: Places, fields: Fields) -> Record:
    location_id, zone = fields.read((0, places.zone), _a_location, row["location"], places)
    provider_id = fields.read(0, _a_provider, row["provider"], places)
    status = fields.read("", one_of, row.get("status", ""), STATUS, "status", "booked")
    at = _at(row, "", zone, fields)
    return Record(*who, at=at, visit_type=kind, location_id=location_id, provider_id=provider_id, status=status)


def _a_location(text: str, places: Places) -> tuple[int, str]:
    found = places.locations.get(text.casefold())
    if found is None:
        raise Unclear(f"location: “{text}” is none of yours. Known are: {', '.join(places.locations)}.")
    return found


def _a_provider(text: str, places: Places) -> int:
    found = places.providers.get(text.casefold())
    if found is None:
        raise Unclear(f"provider: “{text}” is not known. Known are: {', '.join(places.providers)}.")
    return found


def _encounter(who: Who, row: Mapping[str, str], kind: str, places: Places, fields: Fields) -> Record:
    at = _at(row, f"{NOON:%H:%M}", places.zone, fields)
    day = at.astimezone(ZoneInfo(places.zone)).date()
    fields.read(None, _is_over, day, places.today)
    follows = fields.read("none", one_of, row.get("follow_up", ""), FOLLOWS, "follow_up", "undecided")
    if follows in ("undecided", "none"):
        return Record(*who, at=at, visit_type=kind, follows=follows)
    due_on = fields.read(NO_DAY, _a_due_day, row.get("within", ""), day)
    return Record(*who, at=at, visit_type=kind, follows=follows, due_on=max(due_on, places.today))


def _is_over(day: date, today: date) -> None:
    if day > today:
        raise Unclear(f"day: {day.isoformat()} lies ahead; an encounter has taken place.")


def _a_due_day(text: str, since: date) -> date:
    if not text:
        raise Unclear("within: please say by when it must follow, such as 3 weeks or 2026-12-15.")
    return by_when(text, since)


def _at(row: Mapping[str, str], otherwise: str, zone: str, fields: Fields) -> datetime:
    """The instant (UTC) of its day and time on that wall; `otherwise`: the time of a row without one."""
    day = fields.read(NO_DAY, a_day, row["day"], "day")
    at = fields.read(NOON, a_time, row.get("time") or otherwise)
    return fields.read(datetime.combine(NO_DAY, NOON, tzinfo=UTC), _instant, day, at, zone)


def _instant(day: date, at: time, zone: str) -> datetime:
    try:
        return local_times.instant(day, at, zone)
    except local_times.NoSuchTime as gap:
        raise Unclear(f"time: {gap}") from gap
    except local_times.TwiceThatDay:  # the first of the two: whoever comes an hour early is still seen
        return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
