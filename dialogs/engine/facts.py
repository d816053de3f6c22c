"""The closed list of facts that a text may name: what each means, with believable values and the longest real ones."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialogs.engine.vocabulary import LANGUAGES


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the app fills into a text; a sensitive one may never stand in a text or voicemail (P11).

    `example` is believable, `longest` the longest real value in GSM-7 letters, `accented` a long value with
    a letter outside GSM-7. Each is (English, Spanish), or one value for both."""

    meaning: str
    example: tuple[str, ...] = ()
    longest: tuple[str, ...] = ()
    accented: tuple[str, ...] = ()
    sensitive: bool = False


def _same(meaning: str, example: str, longest: str, accented: str | None = None) -> Fact:
    return Fact(meaning, (example,), (longest,), (accented or longest,))


_WEEKDAY = Fact(
    "the day of the week",
    example=("Tuesday", "martes"),
    longest=("Wednesday", "miércoles"),
    accented=("Wednesday", "sábado"),
)
_DATE = Fact(
    "the day and the month",
    example=("November 24", "24 de noviembre"),
    longest=("September 30", "30 de septiembre"),
    accented=("September 30", "30 de septiembre"),
)
_TIME = Fact(
    "the time of day; in Spanish with its article (las 3:00, la 1:00), so that a text says “a {time}”",
    example=("3:00 PM", "las 3:00 p. m."),
    longest=("12:30 PM", "las 12:30 p. m."),
    accented=("12:30 PM", "las 12:30 p. m."),
)
_LOCATION = _same(
    "the place, by a name that tells no specialty", "Main Street", "1200 Washington Ave", "Peñón Ávila 1200"
)

FACTS: Mapping[str, Fact] = {
    "practice": _same("the practice's neutral name", "Lakeside Clinic", "Lakeside Family Clinic"),
    "phone": _same("the practice's phone, as people write it", "(555) 010-0100", "(555) 010-0100"),
    "emergency_line": _same("the emergency number", "911", "911"),
    "crisis_line": _same("the number for a person in crisis", "988", "988"),
    "first_name": Fact(
        "what the patient is called",
        example=("Ana", "Rosa"),
        longest=("Maximiliano",),
        accented=("María Concepción",),
    ),
    "weekday": _WEEKDAY,
    "date": _DATE,
    "time": _TIME,
    "location": _LOCATION,
    "visits": Fact(
        "the hours and places of all visits of one day; in Spanish with “a”",
        example=("9:00 AM and 3:00 PM, Main Street", "a las 9:00 a. m. y a las 3:00 p. m., Main Street"),
        longest=(
            "10:30 AM, 11:30 AM and 12:30 PM, 1200 Washington Ave",
            "a las 10:30 a. m., a las 11:30 a. m. y a las 12:30 p. m., 1200 Washington Ave",
        ),
        accented=(
            "10:30 AM, Peñón Ávila 1200; 12:30 PM, Peñón Ávila 1200",
            "a las 10:30 a. m., a las 11:30 a. m. y a las 12:30 p. m., Peñón Ávila 1200",
        ),
    ),
    "offered_weekday": replace(
        _WEEKDAY, meaning="the day of the week of the time that is offered", example=("Friday", "viernes")
    ),
    "offered_date": replace(_DATE, meaning="its day and month", example=("December 4", "4 de diciembre")),
    "offered_time": replace(
        _TIME, meaning="its time of day, worded as {time} is", example=("9:30 AM", "las 9:30 a. m.")
    ),
    "offered_location": replace(_LOCATION, meaning="its place"),
    "held_until": replace(
        _TIME, meaning="until when it is held, worded as {time} is", example=("4:15 PM", "las 4:15 p. m.")
    ),
    **{
        name: Fact(
            f"the {which} of the times that are offered: day and hour",
            example=example,
            longest=("Wed Sep 30 12:30 PM", "mié 30 sept 12:30 p. m."),
            accented=("Wed Sep 30 12:30 PM", "sáb 30 sept 12:30 p. m."),
        )
        for name, which, example in (
            ("first_time", "first", ("Fri Dec 4 9:30 AM", "vie 4 dic 9:30 a. m.")),
            ("second_time", "second", ("Mon Dec 7 2:30 PM", "lun 7 dic 2:30 p. m.")),
            ("third_time", "third", ("Thu Dec 10 8:15 AM", "jue 10 dic 8:15 a. m.")),
        )
    },
    **{
        name: Fact(
            f"of a shared phone the visit with the {which} reply numbers: who, day and hour",
            example=example,
            longest=("Maximiliano Wed Sep 30 12:30 PM", "Maximiliano mié 30 sept 12:30 p. m."),
            accented=("María Concepción Wed Sep 30 12:30 PM", "María Concepción sáb 30 sept 12:30 p. m."),
        )
        for name, which, example in (
            ("first_visit", "first", ("Sam Tue Nov 24 9:00 AM", "Samuel mar 24 nov 9:00 a. m.")),
            ("second_visit", "second", ("Ana Tue Nov 24 9:30 AM", "Rosa mar 24 nov 9:30 a. m.")),
            ("third_visit", "third", ("Leo Thu Nov 26 1:00 PM", "Leo jue 26 nov 1:00 p. m.")),
            ("fourth_visit", "fourth", ("Mia Fri Nov 27 2:15 PM", "Mía vie 27 nov 2:15 p. m.")),
        )
    },
    # Known so that their absence can be enforced: each tells, or lets one look up, why a person is seen (H28).
    "provider": Fact("the clinician's name", sensitive=True),
    "visit_type": Fact("what the visit is for", sensitive=True),
    "last_name": Fact("the patient's family name", sensitive=True),
    "birth_date": Fact("the patient's birth date", sensitive=True),
}


CHOSEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "second_time": {
        "offered_weekday": ("Monday", "lunes"),
        "offered_date": ("December 7", "7 de diciembre"),
        "offered_time": ("2:30 PM", "las 2:30 p. m."),
    },
    "third_time": {
        "offered_weekday": ("Thursday", "jueves"),
        "offered_date": ("December 10", "10 de diciembre"),
        "offered_time": ("8:15 AM", "las 8:15 a. m."),
    },
}
"""Believable facts once this one of several was chosen, where they are others than the first one's."""


def in_language(values: tuple[str, ...], language: str) -> str:
    """One fact's value in a language; a single value serves both."""
    return values[LANGUAGES.index(language) % len(values)]


def examples(language: str) -> dict[str, str]:
    """Believable facts for a talk at the terminal and for golden conversations."""
    return {name: in_language(fact.example, language) for name, fact in FACTS.items() if not fact.sensitive}
