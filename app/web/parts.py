"""The parts of a sentence of the record: who, when, and words of our own lists, from the details of an entry."""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.timeline import Happening
from app.web.dialog_words import ENDINGS
from app.web.following import ASKING, FOLLOW_UPS, OUTREACH
from app.web.reasons import FIELDS, LANGUAGES, REASONS
from app.web.times import day, local

CANCELLED_BY = {"patient": "as the patient wished", "practice": "for the practice"}
SOURCES = {"patient": "the patient", "carrier": "the carrier", "staff": "staff"}


def who(happening: Happening, names: Mapping[str, str]) -> str:
    known = {"agent": "Handrail", "carrier": "The carrier", "patient": names.get("patient", "The patient")}
    return known.get(happening.actor) or names.get(happening.actor, "A staff member")


def named(table: str, detail: str, otherwise: str, before: str = "") -> Callable[[Happening, Mapping[str, str]], str]:
    """The name of the row that a detail points to, led in by `before`: `named("staff", "owner", …)` for
    details["owner"] = 3."""

    def worded(happening: Happening, names: Mapping[str, str]) -> str:
        found = names.get(f"{table}:{happening.details.get(detail)}")
        return before + found if found else otherwise

    return worded


def listed(detail: str, words: Mapping[str, str], otherwise: str, before: str = "") -> (
    Callable[[Happening, Mapping[str, str]], str]
):  # fmt: skip
    """What our own list says for a detail, led in by `before`."""

    def worded(happening: Happening, _names: Mapping[str, str]) -> str:
        found = words.get(str(happening.details.get(detail)))
        return before + found if found else otherwise

    return worded


def in_brackets(happening: Happening, _names: Mapping[str, str]) -> str:
    """Why, behind a sentence that has its colon already."""
    reason = REASONS.get(str(happening.details.get("reason")))
    return f" ({reason})" if reason else ""


def starts_at(happening: Happening, names: Mapping[str, str]) -> str:
    """When the appointment was at that entry, in its location's zone."""
    zone = names.get(f"appointment_zone:{happening.details.get('appointment')}", names.get("zone", "UTC"))
    try:
        return local(datetime.fromisoformat(str(happening.details["starts_at"])), zone)
    except (KeyError, ValueError):
        return "a time that was not kept"


def decided(happening: Happening, _names: Mapping[str, str]) -> str:
    """What was decided about a step of a follow-up."""
    details = happening.details
    matter = FOLLOW_UPS.get(str(details.get("matter")), "something that follows a visit")
    return ASKING.get(str(details.get("state")), "It was looked at whether to ask: {matter}").format(matter=matter)


def due_on(happening: Happening, _names: Mapping[str, str]) -> str:
    """The day by which a follow-up should have happened."""
    try:
        return day(datetime.fromisoformat(str(happening.details["due_on"])))
    except (KeyError, ValueError):
        return "a day that was not kept"


def fields(happening: Happening, _names: Mapping[str, str]) -> str:
    """`the name and the language`; what can be told without the sealed words is told."""
    details = happening.details
    found = []
    for field in details.get("fields", ()):
        to = LANGUAGES.get(str(details.get("language")), "") if field == "language" else ""
        if field == "do_not_contact":
            to = "yes" if details.get("do_not_contact") else "no"
        found.append(FIELDS.get(field, "a detail") + (f" to {to}" if to else ""))
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found) or "nothing"


def step(happening: Happening, names: Mapping[str, str]) -> str:
    details = happening.details
    if details.get("silence"):
        return "Nobody answered the question in time"
    if details.get("choice") is not None:
        return f"{who(happening, names)} chose {details['choice']}{ending(happening)}"
    if details.get("place"):
        return "Handrail answered; the question still waits"
    return f"The talk is over{ending(happening)}"


def ending(happening: Happening) -> str:
    ended = ENDINGS.get(str(happening.details.get("ended")))
    return f": {ended}" if ended else ""


def how_many(happening: Happening, _names: Mapping[str, str]) -> str:
    many = len(happening.details.get("ids", ()))
    return "1 patient" if many == 1 else f"{many} patients"


def outreach(happening: Happening, names: Mapping[str, str]) -> str:
    details = happening.details
    visit = starts_at(happening, names)
    reason = REASONS.get(str(details.get("reason")))
    because = f": {reason}" if reason else ""
    undecided = "It was looked at whether to ask about the appointment of {visit}"
    return OUTREACH.get(str(details.get("state")), undecided).format(visit=visit) + because


def task(happening: Happening, names: Mapping[str, str]) -> str:
    """A choice of the patient's may raise one; that is not what she did."""
    by_staff = happening.actor.startswith("staff:")
    return f"{who(happening, names)} raised a task" if by_staff else "A task was raised"


def reopened(happening: Happening, names: Mapping[str, str]) -> str:
    by_staff = happening.actor.startswith("staff:")
    return (
        f"{who(happening, names)} opened the item again"
        if by_staff
        else ("The item was opened again because new words came")
    )


def media(happening: Happening, _names: Mapping[str, str]) -> str:
    many = happening.details.get("media") or 0
    return "" if not many else " and sent a picture" if many == 1 else f" and sent {many} pictures"


def joined(happening: Happening, _names: Mapping[str, str]) -> str:
    many = len(happening.details.get("joined") or ())
    with_them = ", together with an earlier text" if many == 1 else f", together with {many} earlier texts"
    return with_them if many else ""


def late(happening: Happening, names: Mapping[str, str]) -> str:
    """When it was written, of words that the door never saw."""
    try:
        written = local(datetime.fromisoformat(str(happening.details["sent_at"])), names.get("zone", "UTC"))
    except (KeyError, ValueError):
        return ""
    return f" on {written}; it came late, from the carrier’s list"


def speaker(happening: Happening, names: Mapping[str, str]) -> str:
    """What a person said of who wrote a text on a shared number."""
    details, when = happening.details, _moment(happening, "wrote_at", names)
    if details.get("patient") is None:
        return f"{who(happening, names)} took back who wrote the text of {when}"
    name = names.get(f"patient:{details['patient']}", "a patient")
    return f"{who(happening, names)} said that {name} wrote the text of {when}"


def corrected_of(happening: Happening, names: Mapping[str, str]) -> str:
    """When the entry was written that a later one corrects."""
    return _moment(happening, "of_at", names)


def _moment(happening: Happening, detail: str, names: Mapping[str, str]) -> str:
    try:
        return local(datetime.fromisoformat(str(happening.details[detail])), names.get("zone", "UTC"))
    except (KeyError, ValueError):
        return "a moment that was not kept"


def error(happening: Happening, _names: Mapping[str, str]) -> str:
    code = str(happening.details.get("code") or "")
    return f" (the carrier says {code})" if code.isdecimal() else ""


def asked(happening: Happening, names: Mapping[str, str]) -> str:
    if happening.actor.startswith("staff:"):
        how = "read in the patient’s words" if happening.details.get("exchange") else "decided"
        return f"{who(happening, names)} {how}"
    return f"asked by {SOURCES.get(happening.details.get('source', ''), 'somebody')}"


def waited_for(happening: Happening, names: Mapping[str, str]) -> str:
    visit = names.get(f"appointment:{happening.details.get('appointment')}")
    return f"another time instead of {visit}" if visit else "a time"
