"""What follows a turn of a call: health first; then a person for whoever wants one; then what is understood for sure.

Else a person reads the words. A number is only a claim (H29): of a patient nothing is told but to whoever proved who
she is (app.calls.asking).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from app.calls import asking, first_words, identity, on_line, owing, reaching, to_staff
from app.calls.answers import DIGIT_OF_PERSON, KEYS, PERSON, Step
from app.calls.moment import Moment, connect, hand_over
from app.inbound import outcomes, understood
from app.inbound.hand_off import ALARMING, FixedText
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk.classifier import Reading

MOST_MISSES = 2
"""Times that a caller is asked again before she is connected with a person (H05)."""
SURE_ENOUGH = 0.6
"""Below this the carrier guesses: such words are read by a person and do nothing by themselves."""
SPOKEN: dict[str, str] = {name: f"call_{name}" for name in ("hand_off", "emergency", "crisis", "help")}
ANYTHING_IS_SAID = frozenset({"greeting", "menu"})
LAST_WORDS = frozenset({"nurse", "noted", "owed", "visit", "message"})
"""Where a caller has been told all: silence there is a goodbye."""


def decide(now: Moment) -> tuple[Step, str]:
    """Where the call goes, and the recorded outcome."""
    if (called := to_staff.of_call(now)) is not None:
        return _with_outcome(to_staff.decide(now, called))
    if now.turn.told:
        return _replayed(now)
    return _of_caller(now)


def _of_caller(now: Moment) -> tuple[Step, str]:
    if now.reading is not None:
        return _said(now, now.reading)
    match now.turn.how:
        case "called":
            return Step("greeting"), "call_step"
        case "reached":
            return reaching.begin(now), "call_step"
        case "recorded":
            return Step("over", ("call_goodbye",)), "call_step"
        case "trouble":
            return _troubled(now), "call_step"
        case "dialled":
            return on_line.after(now) if now.place == "to_nurse" else dialled(now), "call_step"
        case "pressed":
            return _with_outcome(_pressed(now, now.turn.keys))
        case _:
            return _silent(now), "call_step"


def _with_outcome(step: Step) -> tuple[Step, str]:
    return step, step.outcome


def dialled(now: Moment) -> Step:
    """Whoever was rung took the call, and it is over; or nobody did, and a call is owed."""
    if now.turn.answered:
        return Step("over", settled_as="connected")
    return owing.owed(now.session, now.call, now.scene.patients, "call_nobody")


def _troubled(now: Moment) -> Step:
    """Our last answer was of no use. If that was to ring the practice, it is not rung again: nobody runs in circles."""
    if now.place in ("connecting", "message", "over"):
        return owing.owed(now.session, now.call, now.scene.patients, "call_nobody")
    return connect(now, "call_trouble")


def _pressed(now: Moment, key: str) -> Step:
    if now.place == "question" and asking.takes_number(now):
        return asking.pressed(now, key) or _missed(now, "call_wrong_key")
    if key == DIGIT_OF_PERSON:
        return connect(now)
    if now.place in ("greeting", "reached") and key in ("1", "2"):
        now.call.language = LANGUAGES[int(key) - 1]
        return _after_language(now)
    if now.place == "birth_date":
        right_length = len(key) == identity.DIGITS and key.isdecimal()
        return asking.entered(now, key) if right_length else _missed(now, "call_not_right")
    if now.place == "question":
        return asking.pressed(now, key) or _missed(now, "call_wrong_key")
    act = ACTS.get(KEYS.get(now.place, {}).get(key, ""))
    return act(now) if act is not None else _missed(now, "call_wrong_key")


def _call_back(now: Moment) -> Step:
    return owing.owed(now.session, now.call, now.scene.patients, "call_owed")


def _after_language(now: Moment) -> Step:
    """Whoever called chooses what about; whom we called is asked who she is, for there is one matter."""
    return asking.about_visit(now) if now.place == "reached" else Step("menu")


def _again(now: Moment) -> Step:
    """The same once more."""
    if now.place == "question":
        return asking.ask(now)
    return Step(now.place if now.place in KEYS else "menu")


def _silent(now: Moment) -> Step:
    if now.place in LAST_WORDS:
        return Step("over", ("call_goodbye",))
    return _missed(now, "call_not_heard")


def _missed(now: Moment, *says: str) -> Step:
    if now.call.misses + 1 > MOST_MISSES or now.place not in KEYS:
        return connect(now, *says)
    if now.place == "question":
        return asking.ask(now, *says, missed=True)
    return Step(now.place, says, missed=True)


def _said(now: Moment, reading: Reading) -> tuple[Step, str]:
    if reading.lane == "clinical":
        return _to_nurses(now, cast("FixedText", reading.fixed_text))
    if now.place in first_words.PLACES and (first := _first_said(now)) is not None:
        return _with_outcome(first)
    about_health = outcomes.asked_about_health(now.session, now.scene)
    if now.place in LAST_WORDS and not about_health and first_words.is_all(now.turn.words):
        return Step("over", ("call_goodbye",)), "call_step"
    if now.turn.sure is None or now.turn.sure >= SURE_ENOUGH:
        key = now.voice.meant(now.turn.words, {**KEYS.get(now.place, {}), DIGIT_OF_PERSON: PERSON})
        step = _pressed(now, key) if key is not None else _understood(now, reading)
        if step is not None:
            return step, step.outcome
        if reading.lane == "routine" and not about_health:
            return Step("noted", ("call_noted",), "words"), _to_front_desk(now, _said_on_call(now))
    if about_health:  # whatever does nothing by itself may be an answer to that
        return _to_nurses(now, "hand_off", "health_answer")
    outcome = _to_front_desk(now, "not_understood")
    step = _missed(now, "call_unread")
    return replace(step, settled_as=step.settled_as or "words"), outcome


def _first_said(now: Moment) -> Step | None:
    """A language, or a hello, after which whoever it is hears once more what this is about."""
    key = first_words.language_key(now.turn.words)
    if key is not None:
        return _pressed(now, key)
    return _missed(now) if first_words.is_hello(now.turn.words) else None


def _understood(now: Moment, reading: Reading) -> Step | None:
    """What the words do by themselves, if anything."""
    if now.place == "question" and (step := asking.heard(now, reading)) is not None:
        return step
    if reading.lane != "routine":
        return None
    match reading.intent:
        case "choose" if reading.value == DIGIT_OF_PERSON or reading.value in KEYS.get(now.place, {}):
            return _pressed(now, reading.value or "")
        case "person":
            return connect(now)
        case "repeat":
            return _again(now)
        case "language":
            return _in_other_language(now, reading)
        case "opt_out" | "thanks":
            return _enough(now, reading.intent)
        case _:
            return _of_visit(now, reading.intent)


def _of_visit(now: Moment, intent: str) -> Step | None:
    """What the key for a visit leads to, said in words: it is told and asked once it is known who speaks."""
    asks = now.place in ANYTHING_IS_SAID and first_words.is_about_visit(now.turn.words, intent)
    return asking.about_visit(now) if asks else None


def _enough(now: Moment, intent: str) -> Step | None:
    """Whoever wants no more calls gets none, if it was we who called; thanks are a goodbye where all is said."""
    if intent == "opt_out":
        return reaching.stop(now) if now.call.outgoing_id is not None else None
    return Step("over", ("call_goodbye",)) if now.place in LAST_WORDS else None


def _in_other_language(now: Moment, reading: Reading) -> Step:
    other = "en" if now.call.language == "es" else "es"
    now.call.language = reading.value if reading.value in LANGUAGES else other
    return asking.ask(now) if now.place == "question" else _after_language(now)


def _to_nurses(now: Moment, tells: FixedText, reason: str | None = None) -> tuple[Step, str]:
    """The item stands before a word is said. Whoever cannot be called back stays on the line for a person."""
    outcome = hand_over(now, "nurses", reason or tells, tells)
    languages = understood.languages(
        LANGUAGES if tells in ALARMING else now.voice.languages, now.turn.words, warning=True
    )
    if tells not in ALARMING and (rings := on_line.ring(now, SPOKEN[tells])) is not None:
        return replace(rings, languages=languages), outcome
    if now.call.withheld:
        return replace(connect(now, SPOKEN[tells]), languages=languages), outcome
    return Step("nurse", (SPOKEN[tells],), "words", languages=languages), outcome


def _to_front_desk(now: Moment, reason: str) -> str:
    many = len(now.scene.patients)
    whose = "unknown_number" if many == 0 else "shared_number" if many > 1 else reason
    return hand_over(now, "front_desk", whose, "unread")


def _said_on_call(now: Moment) -> str:
    """Whether it is known who said it (H29)."""
    return "said_on_call" if now.call.patient_id is None else "said_on_call_by_patient"


def _replayed(now: Moment) -> tuple[Step, str]:
    """Heard while the database was away: the caller was connected then. What she said is read; else she is called."""
    if now.reading is not None:
        fixed = cast("FixedText", now.reading.fixed_text)
        if now.reading.lane == "clinical":
            outcome = hand_over(now, "nurses", fixed, fixed)
        elif outcomes.asked_about_health(now.session, now.scene):
            outcome = hand_over(now, "nurses", "health_answer", "hand_off")
        else:
            outcome = _to_front_desk(now, _said_on_call(now))
        return Step("over", settled_as="words"), outcome
    if now.turn.answered:
        return Step("over", settled_as="connected"), "call_step"
    if now.call.settled_as is not None:
        return Step("over"), "call_step"
    owed = owing.owe(now.session, now.call, now.scene.patients, "call_in_outage")
    return Step("over", settled_as=owed), "call_step"


ACTS: Mapping[str, Callable[[Moment], Step]] = {
    "call_visit": asking.about_visit,
    "call_back": _call_back,
    "call_repeat": _again,
    "call_no_more": reaching.stop,
}
"""What the keys do, by their names in `answers.KEYS`."""
