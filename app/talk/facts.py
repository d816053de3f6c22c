"""What the texts may say: facts from rows, worded for a language (the closed list of dialogs.engine.vocabulary)."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from app import clock, numbers
from app.scheduling.booking import Visit
from app.settings import Settings
from dialogs.engine.vocabulary import OF_SEVERAL

CRISIS_LINE, NOON, EVENING = "988", 12, 17
LOCALES = {"en": "en_US", "es": "es_US"}
SHORT_DAY = {"en": "EEE MMM d", "es": "EEE d MMM"}
SPOKEN_MOMENT = {"en": "{weekday}, {date} at {time}", "es": "{weekday} {date} a {time}"}
DAY_AND_MONTH = {"en": "MMMM d", "es": "d 'de' MMMM"}


def of_practice(settings: Settings, name: str | None) -> dict[str, str]:
    """How to reach the practice; before it is set up, at least its telephone."""
    return {
        "practice": name or numbers.spoken(settings.practice_phone),
        "phone": numbers.spoken(settings.practice_phone),
        "emergency_line": settings.emergency_line,
        "crisis_line": CRISIS_LINE,
    }


def of_patient(settings: Settings, practice: str | None, first_name: str) -> Mapping[str, str]:
    """Everything a text about no appointment may name."""
    return {**of_practice(settings, practice), "first_name": first_name}


def of_visit(settings: Settings, visit: Visit, language: str) -> Mapping[str, str]:
    """Everything a text about an appointment may name: time and place, no reason and no clinician (P11)."""
    return {
        **of_practice(settings, visit.practice),
        "first_name": visit.first_name,
        "location": visit.location,
        **_when(visit.local.replace(tzinfo=None), language),
    }


def of_offer(
    settings: Settings, offered: Visit, times: Mapping[int, Visit], held_until: datetime, language: str, *,
    aloud: bool = False,
) -> Mapping[str, str]:  # fmt: skip
    """Everything a text that offers times may name: no reason, no clinician (P11). `offered`: the one that was taken,
    or the first; `times`: all of them by number."""
    each = dict(enumerate(OF_SEVERAL["offer"], start=1))
    when = {f"offered_{name}": words for name, words in _when(offered.local.replace(tzinfo=None), language).items()}
    return {
        **of_patient(settings, offered.practice, offered.first_name),
        "offered_location": offered.location,
        "held_until": spoken_time(held_until.astimezone(ZoneInfo(offered.time_zone)), language),
        **when,
        **{each[number]: _moment(time.local, language, aloud=aloud) for number, time in times.items()},
    }


def of_shared(
    settings: Settings, place: Visit, visits: Mapping[str, Visit], language: str, *, aloud: bool = False
) -> Mapping[str, str]:  # fmt: skip
    """Everything a text to a shared phone may name: of each visit the first name, day and hour (P11). `visits`: by the
    fact that names it; `place`: the visit whose place all have."""
    named = {
        fact: f"{each.first_name}{',' if aloud else ''} {_moment(each.local, language, aloud=aloud)}"
        for fact, each in visits.items()
    }
    return {**of_practice(settings, place.practice), "location": place.location, **named}


def _moment(local: datetime, language: str, *, aloud: bool) -> str:
    """A day with its hour: short in a text, `Fri Dec 4 9:30 AM`; in full words for the ear."""
    when = _when(local.replace(tzinfo=None), language)
    if aloud:
        return SPOKEN_MOMENT[language].format(**when)
    day = format_date(local, SHORT_DAY[language], locale=LOCALES[language])
    return f"{day} {when['time'].removeprefix('las ').removeprefix('la ')}"


@lru_cache(maxsize=1024)
def _when(on_the_wall: datetime, language: str) -> Mapping[str, str]:
    """Kept, since the visits of two days share a few times; without a zone, since two zones' clocks that show different
    times at one instant would count as the same."""
    return {
        "weekday": format_date(on_the_wall, "EEEE", locale=LOCALES[language]),
        "date": format_date(on_the_wall, DAY_AND_MONTH[language], locale=LOCALES[language]),
        "time": spoken_time(on_the_wall, language),
    }


def names_visit(visit: Visit, named: str) -> bool:
    """Whether the day, date, part of day or time that a patient named (a Reading's value) is the visit's own."""
    local = visit.local
    today = clock.now().astimezone(local.tzinfo).date()
    part = "morning" if local.hour < NOON else "afternoon" if local.hour < EVENING else "evening"
    own = {
        local.strftime("%A").lower(),
        local.date().isoformat(),
        local.strftime("--%m-%d"),
        part,
        local.strftime("%H:%M"),
        f"{local.hour % 12 or 12}:{local.minute:02}",
        {0: "today", 1: "tomorrow"}.get((local.date() - today).days, ""),
    }
    return all(word in own for word in named.split())


def spoken_time(local: datetime, language: str) -> str:
    """`3:00 PM`; in Spanish with its article, `las 3:00 p. m.`. Plain spaces, since a text costs by its letters."""
    clock_time = format_time(local, "h:mm a", locale="en_US")
    if language == "en":
        return clock_time
    half = {"AM": "a. m.", "PM": "p. m."}[clock_time[-2:]]
    article = "la" if clock_time.startswith("1:") else "las"
    return f"{article} {clock_time[:-3]} {half}"
