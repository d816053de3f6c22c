"""The closed lists a dialog may draw on: languages, intents, actions, facts, reasons, words we never use."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

LANGUAGES = ("en", "es")
PERSON_DIGIT = "0"

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "confirm_appointment": ("done", "changed"),
    "confirm_visits": ("done", "changed"),
    "ask_for_another_time": ("done", "changed"),
    "wait_no_more": ("done",),
    "ask_to_book": ("done",),
    "ask_for_call": ("done",),
    "agree_to_texts": ("done",),
    "use_other_language": ("done",),
    "accept_offer": ("done", "gone"),
    "decline_offer": ("done",),
    "leave_waitlist": ("done",),
    "detach_number": ("done",),
}
"""What a choice may do, with every outcome it can have; `app.talk.actions` implements exactly these."""
NEEDS: Mapping[str, str] = {
    "confirm_appointment": "appointment",
    "confirm_visits": "day",
    "ask_for_another_time": "appointment",
    "wait_no_more": "appointment",
    "accept_offer": "offer",
    "decline_offer": "offer",
    "leave_waitlist": "offer",
}
"""What a dialog must be about, so that these can be done."""
TELLS_WHAT_WAS_SAVED = frozenset({"ask_for_another_time", "ask_to_book", "ask_for_call"})
"""Actions whose task tells staff what the patient answered before."""

OF_APPOINTMENT = frozenset({"weekday", "date", "time", "location"})
OF_DAY = frozenset({"visits"})
OF_OFFER = frozenset({"offered_weekday", "offered_date", "offered_time", "offered_location", "held_until"})
ABOUT: Mapping[str, frozenset[str]] = {
    "appointment": OF_OFFER | OF_DAY,
    "day": OF_OFFER | {"time", "location"},
    "patient": OF_APPOINTMENT | OF_OFFER | OF_DAY,
    "offer": OF_APPOINTMENT | OF_DAY,
}
"""What a dialog may be about, and the facts that it then does not have."""
ANSWER_TYPES = ("date", "time", "text")
SAVED: Mapping[str, str] = {"days": "Days", "time_of_day": "Time of day"}
"""What an answer may be saved as, and how staff read it on their task."""

INTENTS = (
    "confirm", "decline", "choose", "cancel_visit", "another_time", "preference", "late", "arrived",
    "thanks", "who", "wrong_number", "question", "repeat", "language", "help", "person", "opt_out",
    "opt_in", "none",
)  # fmt: skip
CHOICE_INTENTS = ("confirm", "decline", "cancel_visit", "another_time", "preference")
"""The intents a choice may claim with `also`; every other one has its standing meaning in every state."""
WRONG_NUMBER = "wrong_number"
"""The intent, and the dialog that begins after it; a choice that detaches the number may claim it too."""
DETACHES = "detach_number"

PEOPLE: Mapping[str, str] = {
    "asked_for_person": "front_desk",
    "not_understood": "front_desk",
    "unread": "front_desk",
    "question": "front_desk",
    "late": "front_desk",
    "arrived": "front_desk",
    "wrong_number": "front_desk",
    "changed_visit": "front_desk",
    "another_time": "front_desk",
    "wants_visit": "front_desk",
    "says_done": "front_desk",
    "wants_help": "front_desk",
    "not_wanted": "front_desk",
    "right_number": "front_desk",
    "wrote_why": "front_desk",
    "no_call_needed": "front_desk",
    "no_answer": "front_desk",
    "call_missed": "front_desk",
    "time_gone": "front_desk",
    "help": "nurses",
    "health_answer": "nurses",
}
"""Why a person must take over, and whose list the item opens on."""

ENDS: Mapping[str, frozenset[str]] = {
    "confirmed": frozenset({"confirm_appointment", "confirm_visits"}),
    "asked_for_another_time": frozenset({"ask_for_another_time", "another_time"}),
    "asked_for_visit": frozenset({"ask_to_book", "wants_visit"}),
    "asked_for_call": frozenset({"ask_for_call"}),
    "agreed": frozenset({"agree_to_texts"}),
    "took_offer": frozenset({"accept_offer"}),
    "declined_offer": frozenset({"decline_offer"}),
    "left_waitlist": frozenset({"leave_waitlist"}),
    "changed": frozenset({"changed_visit"}),
    "wrong_number": frozenset({DETACHES}),
    **{name: frozenset({name}) for name in (
        "time_gone", "says_done", "wants_help", "not_wanted", "right_number", "wrote_why",
        "no_call_needed", "health_answer",
    )},
    "well": frozenset(),
    "unanswered": frozenset(),
    "said_no_more": frozenset(),
}  # fmt: skip
"""How a talk may end, and what must have happened for it to be true: one of these actions, or a person called for one
of these reasons. "well" is the good answer about health, "unanswered" is for silence;
nothing happens then. "said_no_more" is for silence in a dialog that was called: what its caller did stands."""
SILENT_ENDS = ("unanswered", "said_no_more")

FIXED_TEXTS = (
    "hand_off", "emergency", "crisis", "help", "nobody_on_call", "still_waiting", "unread", "slow_system",
)  # fmt: skip
STANDING_TEXTS = (
    "person", "not_understood", "question", "late", "arrived", "thanks", "who", "language", "opt_in",
    "late_answer",
)  # fmt: skip
REACH_US_TEXTS = (*FIXED_TEXTS, "person", "question", "late", "arrived", "late_answer")
"""Texts that answer words a person has yet to read: they carry the emergency line (P2)."""

CARRIER_WORDS = frozenset({
    "STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT", "START", "UNSTOP",
    "YES", "HELP", "INFO",
})  # fmt: skip
"""Words a carrier acts on by itself when they stand alone in a text (Twilio's default and extended lists)."""
CARRIER_WORDS_WITH_THEIR_OWN_MEANING = frozenset({"STOP", "START"})


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
    # Known so that their absence can be enforced: each tells, or lets one look up, why a person is seen (H28).
    "provider": Fact("the clinician's name", sensitive=True),
    "visit_type": Fact("what the visit is for", sensitive=True),
    "last_name": Fact("the patient's family name", sensitive=True),
    "birth_date": Fact("the patient's birth date", sensitive=True),
}


def in_language(values: tuple[str, ...], language: str) -> str:
    """One fact's value in a language; a single value serves both."""
    return values[LANGUAGES.index(language) % len(values)]


def examples(language: str) -> dict[str, str]:
    """Believable facts for a talk at the terminal and for golden conversations."""
    return {name: in_language(fact.example, language) for name, fact in FACTS.items() if not fact.sensitive}
