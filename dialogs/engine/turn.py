"""One turn of a conversation: where it stands and what was read decide what is said and done next."""

from dataclasses import dataclass, replace
from typing import Protocol

from dialogs.engine.model import DONE, NUMBER, Answer, Choice, Dialog, State, called
from dialogs.engine.standing import STANDING, TOO_MANY_MISSES, UNREAD, Standing
from dialogs.engine.values import days_in, times_in
from dialogs.engine.vocabulary import CHOICE_INTENTS, NUMBERS, PERSON_DIGIT

WRITTEN = 0
"""Stands for the written answer where a choice's number is told; no choice has it."""
TEXT, DATE, TIME = "text", "date", "time"
_MISSES_BEFORE_PEOPLE = 2
_STILL_ANSWERED = frozenset({"repeat", "language", "who", "opt_in"})
"""What a patient may ask for in a talk about her health without having answered it."""


class Reading(Protocol):
    """What the engine sees of a message: never its words, only how they were read."""

    @property
    def lane(self) -> str: ...
    @property
    def intent(self) -> str: ...
    @property
    def value(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation waits, how many answers in a row were not understood there, and which of several things that
    its choices stand for are not there (`vocabulary.OF_SEVERAL`)."""

    state: str
    misses: int = 0
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens now.

    says    references of texts, one message together: "confirm/ask" (with its menu), "confirm/ask/menu",
            "_always/who"
    does    an action to carry out, for the choice `picked` (WRITTEN: for the written answer); its outcome is then
            given to `outcome()`
    saves   what staff are told later of this answer: (name, value); the value is None where only her own words say it
            ("next week", "any day", "after 3")
    hears   where the same words answer the next question, too (days, then time of day): its turn is `hear_on()`
    place   where the conversation waits now; None when it ended
    ends    how it ended: a word of the dialog, or "people", "opted_out", "number_doubted"
    people  why a person must take over (`vocabulary.PEOPLE`); the conversation may still wait beside that
    begins  the dialog that is begun in its place, as a talk of its own
    calls   the dialog in which this talk goes on: its first turn is `go_on()`"""

    says: tuple[str, ...] = ()
    does: str | None = None
    picked: int | None = None
    saves: tuple[str, str | None] | None = None
    hears: Place | None = None
    place: Place | None = None
    ends: str | None = None
    people: str | None = None
    begins: str | None = None
    calls: str | None = None


_SAYS_SOMETHING = frozenset({*CHOICE_INTENTS, "question", "late", "arrived", "none"})
"""What counts as an answer in one's own words; all else keeps its standing answer (a person, STOP, the language)."""

_SAYS_WHEN = frozenset({"preference", "another_time"})
"""What is an answer where a day or a time is asked for: "friday", "any day", "next week", "the first available"; and a
yes that names one ("thursday works")."""


def begin(dialog: Dialog) -> Turn:
    """The first turn of a conversation."""
    return _enter(dialog, dialog.start)


def turn(dialog: Dialog, place: Place, reading: Reading) -> Turn:
    """The turn after a patient's message. ValueError for a clinical one: no dialog may ever see it (P1)."""
    if reading.lane == "clinical":
        raise ValueError("a clinical message was given to the dialog engine")
    state = _waiting(dialog, place)
    choice = picks(dialog, place, reading) if reading.lane == "routine" else None
    if choice is not None:
        return _pick(dialog, place, choice, choice.number, choice.value or "")
    intent = reading.intent if state.takes_number else _intent(reading)
    if state.answer is not None and _writes(state.answer, reading, intent):
        return _write(dialog, place, state.answer, reading.value if state.answer.type != TEXT else None)
    if dialog.asks_about_health and (reading.lane != "routine" or intent not in _STILL_ANSWERED):
        return _to_the_nurses(intent)
    if reading.lane != "routine":
        return _stand(dialog, place, UNREAD)
    if intent in STANDING:
        return _stand(dialog, place, STANDING[intent])
    if place.misses + 1 >= _MISSES_BEFORE_PEOPLE:
        return _stand(dialog, place, TOO_MANY_MISSES)
    return Turn(
        says=("_always/not_understood", f"{dialog.name}/{state.name}/menu"),
        place=replace(place, misses=place.misses + 1),
    )


def outcome(dialog: Dialog, place: Place, picked: int, outcome: str) -> Turn:
    """The turn after an action was carried out, by its named outcome."""
    state = _waiting(dialog, place)
    if picked == WRITTEN and state.answer is not None:
        return _enter(dialog, state.answer.goes[outcome])
    for choice in state.choices:
        if choice.number == picked:
            return _enter(dialog, choice.goes[outcome])
    raise ValueError(f"{dialog.name}/{place.state} has no choice {picked}")


def go_on(dialog: Dialog, reading: Reading) -> Turn:
    """The first turn in a dialog that another one called. A day that she named already is not asked for again, and a
    visit that she gives up is given up."""
    first = begin(dialog)
    if first.place is None or reading.lane != "routine":
        return first
    named = reading.intent == "preference" and bool(reading.value) and takes_days(dialog, first.place)
    gave_up = reading.intent == "cancel_visit" and picks(dialog, first.place, reading) is not None
    return turn(dialog, first.place, reading) if named or gave_up else first


def hear_on(dialog: Dialog, place: Place, reading: Reading) -> Turn:
    """The turn at a question (see `Turn.hears`) that words have answered before it was asked."""
    if (answer := _waiting(dialog, place).answer) is None:
        raise ValueError(f"{dialog.name}/{place.state} takes no written answer")
    return _pick(dialog, place, answer, WRITTEN, times_in(reading.value or ""))


def silent(dialog: Dialog, place: Place) -> Turn:
    """The turn when the wait is over and nothing was answered."""
    if (silence := _waiting(dialog, place).silence) is None:
        raise ValueError(f"{dialog.name}/{place.state} does not say where silence goes")
    return _enter(dialog, silence.goes)


def offered(dialog: Dialog, place: Place, _language: str) -> tuple[str, ...]:
    """What the waiting state offers, for the classifier's `expected`: its digits, the same in all languages."""
    if _waiting(dialog, place).takes_number:
        return NUMBERS
    return (*(str(choice.number) for choice in _waiting(dialog, place).offers(place.lacks)), PERSON_DIGIT)


def picks(dialog: Dialog, place: Place, reading: Reading) -> Choice | None:
    """The choice these words mean here, whatever their lane (a clinical text "also wrote: 1"). A “yes” that several
    choices take means none of them."""
    offered = _waiting(dialog, place).offers(place.lacks)
    if reading.intent == "choose":
        return next((choice for choice in offered if reading.value == str(choice.number)), None)
    meant = [choice for choice in offered if reading.intent in choice.also]
    return meant[0] if len(meant) == 1 else None


def which(dialog: Dialog, place: Place, picked: int) -> str | None:
    """Of several things the one that the choice of this number stands for."""
    return next((choice.which for choice in _waiting(dialog, place).choices if choice.number == picked), None)


def takes_text(dialog: Dialog, place: Place) -> bool:
    """Whether words that nobody can be sure about are an answer here: they go to a person, who reads them."""
    answer = _waiting(dialog, place).answer
    return answer is not None and answer.type == TEXT


def takes_days(dialog: Dialog, place: Place) -> bool:
    """Whether a day or a time is what was asked for here, and so says nothing about the visit itself."""
    answer = _waiting(dialog, place).answer
    return answer is not None and answer.type in (DATE, TIME)


def _writes(answer: Answer, reading: Reading, intent: str) -> bool:
    """Whether these words are the written answer that the state takes."""
    if answer.type == TEXT:
        return reading.lane != "routine" or intent in _SAYS_SOMETHING
    if answer.type == NUMBER:
        return reading.lane == "routine" and intent == "choose" and reading.value in NUMBERS
    return reading.lane == "routine" and (intent in _SAYS_WHEN or (intent == "confirm" and bool(reading.value)))


def _waiting(dialog: Dialog, place: Place) -> State:
    state = dialog.states.get(place.state)
    if state is None or not state.waits:
        raise ValueError(f"{dialog.name} does not wait in {place.state}")
    return state


def _intent(reading: Reading) -> str:
    return "person" if (reading.intent, reading.value) == ("choose", PERSON_DIGIT) else reading.intent


def _pick(dialog: Dialog, place: Place, way: Choice | Answer, picked: int, value: str | None) -> Turn:
    """One way on. value: what is saved of it, as in `Turn.saves`; nothing where it is empty."""
    name = dialog.states[place.state].saves
    saves = (name, value) if name is not None and value != "" else None
    if way.does is None:
        return replace(_enter(dialog, way.goes[DONE]), picked=picked, saves=saves)
    return Turn(does=way.does, picked=picked, saves=saves, place=place)


def _write(dialog: Dialog, place: Place, answer: Answer, value: str | None) -> Turn:
    """A written answer; a day with its time of day answers the question for that, too, where it comes next."""
    there = dialog.states.get(answer.goes[DONE]) if answer.type == DATE and answer.does is None else None
    if there is None or there.answer is None or there.answer.type != TIME or not times_in(value or ""):
        return _pick(dialog, place, answer, WRITTEN, value)
    step = _pick(dialog, place, answer, WRITTEN, days_in(value or ""))
    return Turn(picked=WRITTEN, saves=step.saves, hears=step.place)


def _enter(dialog: Dialog, name: str) -> Turn:
    if (other := called(name)) is not None:
        return Turn(calls=other)
    state = dialog.states[name]
    says = (f"{dialog.name}/{name}",) if state.say else ()
    place = Place(name) if state.waits else None
    return Turn(says=says, place=place, ends=state.ends, people=state.people)


def _stand(dialog: Dialog, place: Place, standing: Standing) -> Turn:
    again = {"menu": f"{dialog.name}/{place.state}/menu", "question": f"{dialog.name}/{place.state}"}
    first = (f"_always/{standing.text}",) if standing.text else ()
    then = (again[standing.then],) if standing.then else ()
    return Turn(
        says=first + then,
        place=None if standing.ends else place,
        ends=standing.ends,
        people=standing.people,
        begins=standing.begins,
    )


def _to_the_nurses(intent: str) -> Turn:
    """In a talk about health every answer but the good one is for the nurses; consent is kept beside that."""
    if intent == "opt_out":
        return Turn(ends="opted_out", people="health_answer")
    return Turn(says=("_always/hand_off",), ends="people", people="health_answer")
