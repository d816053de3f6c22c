"""What was typed into a form, what is wrong with it, and what it means once nothing is."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import clock, numbers, settings
from app.models.patients import Patient
from app.people import Details
from app.web import forms

LONGEST_NAME = 100
LONGEST_PHONE = 40
LONGEST_FIELD = 1000
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
OLDEST = date(1900, 1, 1)
OURS = "This is the practice’s own number. Please ask for the patient’s."
LANGUAGES = {"en": "English", "es": "Spanish"}
ZONES = {
    "": "The practice’s",
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Atlantic (Puerto Rico)",
}


@dataclass
class Typed:
    """Fields as typed, and for those that will not do a sentence to stand beside them."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def problem(self, name: str) -> str:
        return self.problems.get(name, "")


def typed(*names: str) -> Typed:
    """These fields of the request's form, cut off beyond any sensible length and without what turns the reading
    direction around unseen."""
    return Typed({name: forms.text(name)[:LONGEST_FIELD].translate(TURNING) for name in names})


def of_patient(patient: Patient) -> Typed:
    """The form as it opens on a patient."""
    return Typed({
        "name": patient.name, "birth_date": patient.birth_date or "", "language": patient.language,
        "time_zone": patient.time_zone or "", "do_not_contact": "yes" if patient.do_not_contact else "",
    })  # fmt: skip


def details(form: Typed) -> Details:
    """What the patient form says; look at `form.problems` before using it."""
    return Details(
        name=_name(form),
        birth_date=_birth_date(form),
        language=_one_of(form, "language", LANGUAGES, "Please choose the language for texts."),
        time_zone=_time_zone(form),
        do_not_contact=form["do_not_contact"] == "yes",
    )


def phone(form: Typed, name: str = "phone", *, needed: bool) -> str | None:
    """A telephone number in E.164."""
    text = form[name].strip()
    if not text:
        if needed:
            form.problems[name] = "Please type a telephone number, such as (202) 555-0123."
        return None
    try:
        if len(text) > LONGEST_PHONE:
            raise numbers.BadNumber("This is too long for a telephone number")
        number = numbers.as_e164(text)
    except numbers.BadNumber as fault:
        form.problems[name] = f"{fault}. Please check it, such as (202) 555-0123."
        return None
    if is_ours(number):
        form.problems[name] = OURS
        return None
    return number


def is_ours(number: str) -> bool:
    """Whether it is the practice's own: texts to it would come back to us, and calls reach no patient."""
    current = settings.current()
    return number in current.numbers or number == current.practice_phone


def a_date(form: Typed, name: str, ask: str) -> date | None:
    """A date that must be there."""
    try:
        return date.fromisoformat(form[name].strip())
    except ValueError:
        form.problems[name] = ask
        return None


def zone_labels(current: str | None) -> Mapping[str, str]:
    """The zones to choose from, the patient's own among them."""
    return ZONES if not current or current in ZONES else {**ZONES, current: current.replace("_", " ")}


def _name(form: Typed) -> str:
    # Control characters and the ones that turn the reading direction around have no place in a name.
    seen = "".join(c for c in form["name"] if c.isspace() or unicodedata.category(c)[0] != "C")
    name = " ".join(seen.split())
    if not any(c.isalpha() for c in name):
        form.problems["name"] = "Please type the patient’s name."
    elif len(name) > LONGEST_NAME:
        form.problems["name"] = f"The name has {len(name)} characters; {LONGEST_NAME} fit. Please shorten it."
    return name


def _birth_date(form: Typed) -> str | None:
    if not form["birth_date"].strip():
        return None
    born = a_date(form, "birth_date", "This is not a date. Please write it as year-month-day, such as 1979-11-02.")
    if born is not None and not OLDEST <= born <= clock.now().date():
        form.problems["birth_date"] = "A birth date lies between 1900 and today. Please check it."
    return born.isoformat() if born else None


def _time_zone(form: Typed) -> str | None:
    chosen = form["time_zone"]
    if chosen == "":
        return None
    try:
        ZoneInfo(chosen)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        form.problems["time_zone"] = "Please choose a time zone from the list."
    return chosen


def _one_of(form: Typed, name: str, allowed: Mapping[str, str], ask: str) -> str:
    if form[name] not in allowed:
        form.problems[name] = ask
    return form[name]
