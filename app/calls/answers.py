"""From what was decided in a turn of a call to the carrier's verbs: what is said, then listened for, or rung."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app import settings
from app.calls.wording import Voice
from app.messaging import outbox, twiml
from app.messaging.twiml import Connect, HangUp, Listen, Record, Say

Place = Literal[
    "greeting",
    "menu",
    "nurse",
    "noted",
    "owed",
    "birth_date",
    "question",
    "visit",
    "reached",
    "connecting",
    "accepting",
    "through",
    "to_nurse",
    "message",
    "over",
]
VOICE, STATUS, WHISPER = "/twilio/voice", "/twilio/status", "/twilio/whisper"
NURSE_RINGS_FOR = 20
"""Seconds, which the carrier makes some more (TWILIO 5.4)."""
OF_STAFF = "&staff=1"
"""In our own address of a call to a member of staff, so that it is known even while the database is away."""
BIRTH_DATE = 8
"""Keys of a birth date, MMDDYYYY."""
DIGIT_OF_PERSON, PERSON = "0", "call_person"

KEYS: Mapping[str, Mapping[str, str]] = {
    "greeting": {},
    "menu": {"1": "call_visit", "2": "call_back", "9": "call_repeat"},
    "nurse": {},
    "noted": {"2": "call_back"},
    "owed": {},
    "birth_date": {},
    "question": {},
    "visit": {"2": "call_back"},
    "reached": {"9": "call_no_more"},
}
"""What each key does where a call waits, by the name of its label; "0" is a person everywhere."""

ASKS: Mapping[str, tuple[str, ...]] = {
    "greeting": ("call_say",),
    "menu": ("call_say",),
    "nurse": ("call_more",),
    "noted": ("call_more",),
    "owed": ("call_more",),
    "birth_date": ("call_birth_date",),
    "question": (),
    "visit": (),
    "reached": (),
}
"""What is said each time a call begins to wait there."""


@dataclass(frozen=True)
class Step:
    """What follows a turn: texts that are said, and where the call stands then.

    words: what a dialog says, worded already; hints: what is likely said to it, keys: how many it may take. missed:
    nothing was understood.
    rings: whom a member of staff is put through to, or the nurse who is asked, by the address of this `whisper`,
    whether she takes the call.
    languages: in which the texts are said, one after the other; none: those of the caller.
    """

    place: Place
    says: tuple[str, ...] = ()
    settled_as: str | None = None
    missed: bool = False
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    keys: int = 1
    outcome: str = "call_step"
    rings: str = ""
    whisper: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The TwiML, and its words for the record."""

    twiml: str
    told: str


def answer(step: Step, voice: Voice, *, turn: int, hears: twiml.Language, ours: str, withheld: bool) -> Answer:
    """The answer that leads to turn number `turn`. hears: the language that is listened for; ours: the number of ours
    that the call goes over, which is shown to whoever is rung where the caller's own is `withheld`, or a nurse's."""
    says = voice.texts(step.says, step.languages)
    words = [Say(each, voice.languages[0]) for each in step.words]
    if step.place == "over":
        return _answer([*says, *words], HangUp())
    here = f"{settings.current().public_base_url}{VOICE}?t={turn}"
    if step.place == "connecting":
        reports = f"{settings.current().public_base_url}{STATUS}"
        number, caller = settings.current().practice_phone, ours if withheld else None
        return _answer(says, Connect(number=number, action=here, reports=reports, caller=caller))
    if step.place == "message":
        return _answer(says, Record(action=here, reports=f"{settings.current().public_base_url}{STATUS}"))
    if step.place == "to_nurse":
        return _answer(says, _nurse(step, here))
    if step.place in ("accepting", "through"):
        return _to_staff(step, f"{here}{OF_STAFF}", words, hears, ours)
    asks = [*words, *_asks(step.place, voice)]
    if step.place == "birth_date":
        return _answer(says, Listen(action=here, says=asks, language=hears, keys=BIRTH_DATE, seconds=8, by_keys=True))
    hints = [*voice.hints([*KEYS[step.place].values(), PERSON]), *(hint for hint in step.hints if "," not in hint)]
    return _answer(says, Listen(action=here, says=asks, language=hears, hints=hints, keys=step.keys))


def _nurse(step: Step, here: str) -> Connect:
    """She is shown the number that pages her, and not the patient's."""
    ours = settings.current()
    whisper = f"{ours.public_base_url}{WHISPER}?w={step.whisper}&t=0"
    shown = outbox.sender(ours, is_page=True)
    return Connect(number=step.rings, action=here, caller=shown, seconds=NURSE_RINGS_FOR, whisper=whisper)


def _to_staff(step: Step, here: str, words: list[Say], hears: twiml.Language, ours: str) -> Answer:
    """A member of staff is asked for one key, or is put through; the patient sees the practice's number, not hers."""
    if step.place == "accepting":
        return _answer([], Listen(action=here, says=words, language=hears, seconds=8, by_keys=True))
    reports = f"{settings.current().public_base_url}{STATUS}"
    return _answer(words, Connect(number=step.rings, action=here, reports=reports, caller=ours, to_the_end=True))


def _asks(place: Place, voice: Voice) -> list[Say]:
    if place == "greeting":
        return [*voice.texts(["call_greeting"]), *voice.choice_of_language(), *voice.texts(ASKS[place])]
    if place == "reached":
        keys = voice.keys(list(KEYS[place].items()))
        return [*voice.texts(["call_reached"]), *voice.choice_of_language(), *keys]
    if place == "question":
        return []  # its words end with what its keys do
    return [*voice.texts(ASKS[place]), *voice.keys(list(KEYS[place].items()))]


def _answer(says: Sequence[Say], then: twiml.Then) -> Answer:
    heard = [*says, *then.says] if isinstance(then, Listen) else says
    return Answer(twiml.call(says, then), "\n".join(each.words for each in heard))
