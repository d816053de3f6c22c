"""The closed lists a dialog may draw on: languages, intents, actions, facts, reasons, words we never use."""

from collections.abc import Mapping

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
    "confirm_one": ("done", "more", "changed"),
    "ask_for_one": ("done", "more", "changed"),
    "accept_offer": ("done", "gone"),
    "decline_offer": ("done",),
    "leave_waitlist": ("done",),
    "keep_place": ("done",),
    "detach_number": ("done",),
}
"""What a choice may do, with every outcome it can have; `app.talk.actions` implements exactly these."""
NEEDS: Mapping[str, str] = {
    "confirm_appointment": "appointment",
    "confirm_visits": "day",
    "ask_for_another_time": "appointment",
    "wait_no_more": "appointment",
    "confirm_one": "shared",
    "ask_for_one": "shared",
    "accept_offer": "offer",
    "decline_offer": "offer",
    "leave_waitlist": "offer",
}
"""What a dialog must be about, so that these can be done."""
TELLS_WHAT_WAS_SAVED = frozenset({"ask_for_another_time", "ask_to_book", "ask_for_call"})
"""Actions whose task tells staff what the patient answered before."""

OF_APPOINTMENT = frozenset({"weekday", "date", "time", "location"})
OF_DAY = frozenset({"visits"})
OF_SEVERAL: Mapping[str, tuple[str, ...]] = {
    "offer": ("first_time", "second_time", "third_time"),
    "shared": ("first_visit", "second_visit", "third_visit", "fourth_visit"),
}
"""By what a dialog is about: facts of which a talk has some, at least one. Each is said by the choices that stand for
it (`which`) and nowhere else, and these are offered only while it is there."""
AT_ONCE: Mapping[str, int] = {"offer": 3, "shared": 2}
"""How many of them one text names at most."""
OF_SHARED = frozenset(OF_SEVERAL["shared"])
OF_OFFER = frozenset({
    "offered_weekday", "offered_date", "offered_time", "offered_location", "held_until", *OF_SEVERAL["offer"],
})  # fmt: skip
EACH_OF_SEVERAL = frozenset(fact for facts in OF_SEVERAL.values() for fact in facts)
DOES_ONE = frozenset({"accept_offer", "confirm_one", "ask_for_one"})
"""Actions that are done with the one that their choice stands for."""
ABOUT: Mapping[str, frozenset[str]] = {
    "appointment": OF_OFFER | OF_DAY | OF_SHARED,
    "day": OF_OFFER | OF_SHARED | {"time", "location"},
    "patient": OF_APPOINTMENT | OF_OFFER | OF_DAY | OF_SHARED,
    "offer": OF_APPOINTMENT | OF_DAY | OF_SHARED,
    "shared": OF_OFFER | OF_DAY | {"weekday", "date", "time", "first_name"},
}
"""What a dialog may be about, and the facts that it then does not have."""
ANSWER_TYPES = ("date", "time", "text", "zero_to_ten")
NUMBERS = tuple(str(number) for number in range(11))
PERSON_KEY, PERSON_WORD = "*", {"en": "AGENT", "es": "AGENTE"}
"""How a person is reached where 0 is a number: by key on a call, by word in a text."""
SAVED: Mapping[str, str] = {"days": "Days", "time_of_day": "Time of day", "number": "From 0 to 10"}
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
    "keeps_visit": "front_desk",
    "gives_up_visit": "front_desk",
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
    "confirmed": frozenset({"confirm_appointment", "confirm_visits", "confirm_one"}),
    "asked_for_another_time": frozenset({"ask_for_another_time", "ask_for_one", "another_time"}),
    "asked_for_visit": frozenset({"ask_to_book", "wants_visit"}),
    "asked_for_call": frozenset({"ask_for_call"}),
    "agreed": frozenset({"agree_to_texts"}),
    "took_offer": frozenset({"accept_offer"}),
    "declined_offer": frozenset({"decline_offer"}),
    "left_waitlist": frozenset({"leave_waitlist"}),
    "keeps_place": frozenset({"keep_place"}),
    "changed": frozenset({"changed_visit"}),
    "wrong_number": frozenset({DETACHES}),
    **{name: frozenset({name}) for name in (
        "time_gone", "says_done", "wants_help", "not_wanted", "gives_up_visit", "right_number", "wrote_why",
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
    "hand_off", "emergency", "crisis", "help", "nobody_on_call", "still_waiting", "unread", "visit_stays",
    "slow_system",
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
