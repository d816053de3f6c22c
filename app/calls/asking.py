"""About a visit: first who is calling, then her visit, or the question about it that waits, by key and by word."""

from dataclasses import replace

from app import clock
from app.calls import identity, visits
from app.calls.answers import DIGIT_OF_PERSON, Step
from app.calls.moment import Moment, connect, hand_over
from app.talk import conversations
from dialogs.engine import turn
from dialogs.engine.vocabulary import LANGUAGES, NUMBERS, PEOPLE, PERSON_KEY
from escalation_desk import items
from escalation_desk.classifier import Reading

MOST_KEYS = 2
"""Of a number from 0 to 10."""


def about_visit(now: Moment) -> Step:
    """Nothing is told before it is known who is calling (H29)."""
    if now.call.patient_id is not None:
        return _told(now)
    if now.call.tries >= identity.TRIES_A_CALL:
        return connect(now, "call_not_checked")
    return Step("birth_date")


def entered(now: Moment, keys: str) -> Step:
    """A birth date, right or wrong; whoever is not let in hears nothing of why (H30)."""
    if identity.enter(now.session, now.call, keys):
        return _told(now)
    if now.call.tries >= identity.TRIES_A_CALL:
        return connect(now, "call_not_checked")
    return Step("birth_date", ("call_not_right",))


def ask(now: Moment, *says: str, missed: bool = False) -> Step:
    """The question that waits, once or once more; when it does so no longer, what there is to tell."""
    waits = visits.waiting(now.session, now.call, now.scene)
    if waits is None:
        return _told(now)
    labels = [words for each in visits.labels(now.session, waits).values() for words in each.values()]
    words = visits.question(now.session, waits, _language(now))
    keys = MOST_KEYS if visits.state(waits).takes_number else 1
    return Step("question", says, words=(words,), hints=tuple(labels), missed=missed, settled_as="answered", keys=keys)


def takes_number(now: Moment) -> bool:
    """Whether the question that waits is answered by a number from 0 to 10, so that 0 is no person."""
    waits = visits.waiting(now.session, now.call, now.scene)
    return waits is not None and visits.state(waits).takes_number


def pressed(now: Moment, key: str) -> Step | None:
    """The choice of that key, or the number that was asked for; None when it is neither."""
    waits = visits.waiting(now.session, now.call, now.scene)
    if waits is not None and visits.state(waits).takes_number:
        return connect(now) if key == PERSON_KEY else _chosen(now, waits, key) if key in NUMBERS else None
    choices = visits.state(waits).offers(waits.lacks) if waits else ()
    choice = next((each for each in choices if str(each.number) == key), None)
    return _chosen(now, waits, str(choice.number)) if waits is not None and choice is not None else None


def heard(now: Moment, reading: Reading) -> Step | None:
    """The choice that these words surely mean, if there is one."""
    waits = visits.waiting(now.session, now.call, now.scene)
    if waits is None:
        return None
    key = now.voice.means(now.turn.words, visits.labels(now.session, waits))
    if key is not None:
        return pressed(now, key)
    if reading.lane != "routine" or conversations.may_mean_another_day(now.session, waits, reading):
        return None
    if reading.intent == "choose" and visits.state(waits).takes_number:
        return pressed(now, reading.value or "")
    if reading.intent == "choose" and reading.value == DIGIT_OF_PERSON:
        return None
    choice = turn.picks(waits.dialog, waits.place, reading)
    return _chosen(now, waits, str(choice.number)) if choice is not None else None


def _told(now: Moment) -> Step:
    """To whoever proved who she is: the question that waits, else day, time and place of her next visit."""
    assert now.call.patient_id is not None  # noqa: S101  (nobody else comes here)
    now.call.language = _language(now)
    if now.scene.stands.person_holds(clock.now()):
        return connect(now)  # a person has the talk: no dialog goes on beside her (P13)
    if visits.waiting(now.session, now.call, now.scene) is not None:
        return ask(now)
    visit = visits.next_visit(now.session, now.call.patient_id, now.call.language)
    if visit is None:
        return connect(now, "call_no_visit")
    return Step("visit", words=(visit,), settled_as="answered")


def _chosen(now: Moment, waits: conversations.Waiting, key: str) -> Step:
    done = visits.answer(now.session, waits, key, now.scene.exchange_id, _language(now))
    outcome = "dialog_step"
    if done.people is not None:
        on: items.ListName = "nurses" if PEOPLE.get(done.people) == "nurses" else "front_desk"
        outcome = hand_over(now, on, done.people, None)
    if done.waits and visits.waiting(now.session, now.call, now.scene) is not None:
        asked = ask(now)
        return replace(asked, words=(done.says,), outcome=outcome)
    return Step("noted", words=(done.says,) if done.says else (), settled_as="answered", outcome=outcome)


def _language(now: Moment) -> str:
    known = {patient.id: patient.language for patient in now.scene.patients}
    return now.call.language or known.get(now.call.patient_id or 0, LANGUAGES[0])
