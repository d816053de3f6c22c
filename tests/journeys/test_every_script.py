"""Every question of every script, in both languages, through the running practice: what comes late, comes twice, or
hangs up; on a call each key leads where it leads by text. All other inputs: tests/dialogs/test_every_input.py."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.models.conversations import Conversation, Exchange
from app.models.outbox import Outbound
from app.simulator import telephony
from dialogs.engine.model import Choice, Dialog, called
from dialogs.engine.vocabulary import ACTIONS, LANGUAGES
from escalation_desk.models import DeskItem
from tests.dialogs.shipped import ALWAYS, DIALOGS
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.journeys.test_scripts import begins
from tests.people import Person, patient, visit
from tests.voice.test_identity import checks

NAMES = {"en": "Ana López", "es": "Rosa Núñez"}
SCRIPTS = [name for name, dialog in sorted(DIALOGS.items()) if dialog.about in ("appointment", "patient")]
SPOKEN = [name for name in SCRIPTS if not DIALOGS[name].asks_about_health and name != "missed_call"]
"""How she is nobody is asked on a call; and whoever calls again need not be asked why she called (test_missed.py)."""
KEYS_OF_LANGUAGES = {"en": "1", "es": "2"}

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900), pytest.mark.parametrize("language", LANGUAGES)]


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_comes_too_late_moves_nothing_and_a_person_has_it(house: House, name: str, language: str) -> None:
    dialog = DIALOGS[name]
    for who, talk in _at_each_question(house, dialog, language):
        house.clock.becomes(max(talk.answer_by, house.clock()) + timedelta(minutes=1))
        who.texts("1")
        told = "hand_off" if dialog.asks_about_health else "late_answer"
        who.reads(ALWAYS.texts[told][language].partition(": ")[2][:18])
        assert _where(house, talk) == (name, talk.turn, talk.place), "nothing moved"
        assert [item.list for item in house.rows(DeskItem, DeskItem.patient_id == who.patient_id)] == [
            "nurses" if dialog.asks_about_health else "front_desk"
        ]


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_brought_three_times_counts_once(house: House, name: str, language: str) -> None:
    for who, talk in _at_each_question(house, DIALOGS[name], language):
        before = len(house.rows(Outbound))
        form = text_form("1", From=who.handset.number)
        assert len({post(house, form).body for _ in range(3)}) == 1
        house.work()
        assert _row(house, talk).turn == talk.turn + 1
        assert len(house.rows(Exchange, Exchange.key == form["MessageSid"])) == 1
        assert len(house.rows(Outbound)) - before <= 1
        who.reads("Lakeside Clinic")
        who.nothing_more()


@pytest.mark.parametrize("name", SPOKEN)
def test_whoever_hangs_up_on_a_question_leaves_it_as_it_was(house: House, name: str, language: str) -> None:
    for who, talk in _at_each_question(house, DIALOGS[name], language):
        checks(who, language=KEYS_OF_LANGUAGES[language])
        who.hears(DIALOGS[name].states[talk.place or ""].choices[0].label[language])
        who.hangs_up()
        assert _where(house, talk) == (name, talk.turn, talk.place)
        assert _row(house, talk).state == "live", "it may still be answered by text"


@pytest.mark.parametrize("name", SPOKEN)
def test_each_key_of_a_call_leads_where_it_leads_by_text(house: House, name: str, language: str) -> None:
    """And the same turn brought again is answered with the same bytes, and moves nothing."""
    dialog = DIALOGS[name]
    for number in range(1, 10):
        for who, talk in _at_each_question(house, dialog, language, least=number):
            choice = dialog.states[talk.place or ""].choices[number - 1]
            checks(who, language=KEYS_OF_LANGUAGES[language])
            who.presses(str(number))
            now = _where(house, talk)
            assert (now[0], now[2]) == _leads_to(dialog, choice), (choice.label, now)
            said = house.rows(Exchange)[-1].said or house.rows(Exchange)[-1].twiml
            assert telephony.repeat(house.carrier.books, who.handset.call.sid).decode() == said
            assert _where(house, talk) == now
            who.hangs_up()


def _at_each_question(
    house: House, dialog: Dialog, language: str, least: int = 1
) -> Iterator[tuple[Person, Conversation]]:
    """Somebody new at each question of a dialog that has so many choices, and her talk as it stands there."""
    for at, (state, keys) in enumerate(_by_keys(dialog).items()):
        if len(dialog.states[state].choices) < least:
            continue
        who = patient(house, NAMES[language], f"+1202555{3000 + len(house.rows(Exchange)) * 10 + at:04}", language)
        booked = visit(house, who, days=20) if dialog.about == "appointment" else None
        begun = begins(house, who, dialog.name, booked)
        for key in keys:
            who.reads("Lakeside Clinic")
            who.texts(key)
        who.reads("Lakeside Clinic")
        (talk,) = house.rows(Conversation, Conversation.id == begun)
        assert (talk.dialog, talk.place) == (dialog.name, state)
        yield who, talk


def _by_keys(dialog: Dialog) -> dict[str, tuple[str, ...]]:
    """Every question that keys lead to, with the shortest way there. What only silence leads to (the second asking of a
    check-in) asks what the first one asked."""
    ways: dict[str, tuple[str, ...]] = {dialog.start: ()}
    waiting = [dialog.start]
    while waiting:
        here = waiting.pop(0)
        for choice in dialog.states[here].choices:
            to = choice.goes[ACTIONS[choice.does][0] if choice.does else "done"]
            if called(to) is None and dialog.states[to].waits and to not in ways:
                ways[to] = (*ways[here], str(choice.number))
                waiting.append(to)
    return ways


def _leads_to(dialog: Dialog, choice: Choice) -> tuple[str, str | None]:
    to = choice.goes[ACTIONS[choice.does][0] if choice.does else "done"]
    other = called(to)
    if other is not None:
        return other, DIALOGS[other].start
    return dialog.name, to if dialog.states[to].waits else None


def _row(house: House, talk: Conversation) -> Conversation:
    (row,) = house.rows(Conversation, Conversation.id == talk.id)
    return row


def _where(house: House, talk: Conversation) -> tuple[str, int, str | None]:
    row = _row(house, talk)
    return row.dialog, row.turn, row.place
