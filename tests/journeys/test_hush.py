"""The hush: whose outreach a clinical item holds back, and what goes on when it is lifted (P13)."""

from datetime import timedelta

import pytest

from app import db, people
from app.models.conversations import Conversation
from app.models.patients import ContactPoint
from app.outreach import reminders
from app.watchers import sweeper
from escalation_desk import hush
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import ANAS, STRANGERS, Colleague, Person, patient, phone, visit

ANAS_OTHER = "+12025550111"


def attach(who: Person, number: str, by: Colleague) -> None:
    assert who.patient_id is not None
    with db.transaction("tests.attach") as session:
        people.attach_number(session, who.patient_id, number, by.id)


def detach(house: House, who: Person, by: Colleague) -> None:
    """Her first number is hers no more."""
    assert who.patient_id is not None
    point = house.rows(ContactPoint)[0]
    with db.transaction("tests.detach") as session:
        people.detach_number(session, who.patient_id, point.id, by.id)


def test_a_reopened_item_names_the_patient_behind_the_number_now(house: House, ana: Person, nora: Colleague) -> None:
    """H25, H26: the number went from Ana to Bob; his words are not put with hers."""
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    (item,) = nora.sees()
    nora.settles(item)
    detach(house, ana, nora)
    bob = patient(house, "Bob B", ANAS)
    bob.texts("my chest hurts")
    bob.reads("911")
    (his,) = nora.sees()
    assert his.id != item.id
    assert his.patient_id == bob.patient_id
    assert [row.patient_id for row in house.rows(DeskItem, DeskItem.id == item.id)] == [ana.patient_id]


def test_an_open_item_names_whoever_has_the_number_now(house: House, ana: Person, nora: Colleague) -> None:
    """H25, H26."""
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    detach(house, ana, nora)
    assert [item.patient_id for item in nora.sees()] == [None]
    bob = patient(house, "Bob B", ANAS)
    bob.texts("my chest hurts")
    bob.reads("911")
    assert [item.patient_id for item in nora.sees()] == [bob.patient_id]


@pytest.mark.parametrize("other_is_hers", ["before", "after"])
def test_who_detaches_a_number_lifts_no_hush(
    house: House, ana: Person, nora: Colleague, fran: Colleague, other_is_hers: str
) -> None:
    """What was said there may have been hers: her other number is not texted until a nurse has closed the words, and
    a task about her is called by nobody before."""
    if other_is_hers == "before":
        attach(ana, ANAS_OTHER, nora)
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    detach(house, ana, nora)
    if other_is_hers == "after":
        attach(ana, ANAS_OTHER, nora)
    visit(house, ana)
    house.passes(minutes=1)
    other = phone(house, ANAS_OTHER)
    other.nothing_more()
    with db.reading("tests.everyone") as session:
        assert ana.patient_id in hush.everyone(session)[1]
    (item,) = nora.sees()
    nora.settles(item)
    house.passes(minutes=5)
    other.reads("Reply 1")
    with db.reading("tests.everyone") as session:
        assert hush.everyone(session) == (set(), set())


def test_a_hush_that_begins_later_does_not_hold_for_whom_the_number_left(
    house: House, ana: Person, nora: Colleague
) -> None:
    attach(ana, ANAS_OTHER, nora)
    detach(house, ana, nora)
    house.clock.passes(minutes=1)
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    visit(house, ana)
    house.passes(minutes=1)
    phone(house, ANAS_OTHER).reads("Reply 1")


def test_the_hush_holds_when_the_item_of_an_unknown_number_reopens(
    house: House, ana: Person, stranger: Person, nora: Colleague
) -> None:
    stranger.texts("I feel dizzy")
    stranger.reads("A nurse will read")
    (item,) = nora.sees()
    nora.settles(item)
    attach(ana, STRANGERS, nora)
    stranger.texts("my chest hurts")
    stranger.reads("911")
    assert [(again.id, again.patient_id) for again in nora.sees()] == [(item.id, ana.patient_id)]
    visit(house, ana)
    house.tick()
    ana.nothing_more()


def test_words_from_a_shared_number_hush_everyone_who_shares_it(house: House, nora: Colleague) -> None:
    """H25: they may be Ana's, so her other number is not texted either."""
    ana = patient(house, "Ana López", ANAS_OTHER)
    attach(ana, ANAS, nora)
    sam = patient(house, "Sam López", ANAS)
    sam.texts("I want to die")
    sam.reads("988")
    visit(house, ana)
    house.tick()
    ana.nothing_more()
    (item,) = nora.sees()
    nora.settles(item)
    house.passes(minutes=5)
    ana.reads("Reply 1")


@pytest.mark.slow
@pytest.mark.parametrize("lifted_by", ["closing", "moving"])
@pytest.mark.parametrize("number", [ANAS, ANAS_OTHER])
def test_what_was_left_of_the_wait_is_left_after_the_hush(
    house: House, ana: Person, nora: Colleague, lifted_by: str, number: str
) -> None:
    """The question's timer stood still for 22.5 hours, whichever of her numbers the words came from."""
    visit(house, ana, days=2, hour=10)
    house.tick()
    ana.reads("Reply 1")
    attach(ana, number, nora)
    speaker = ana if number == ANAS else phone(house, number)
    house.passes(hours=1)
    speaker.texts("I feel dizzy")
    speaker.reads("A nurse will read")
    (item,) = nora.sees()
    house.clock.passes(hours=22.5)
    nora.claims(item)
    nora.reads_all(item)
    if lifted_by == "moving":
        nora.moves(item, "front_desk")
    else:
        nora.closes(item, "nothing_to_do")
    sweeper.end_silences()
    assert [row.state for row in house.rows(Conversation)] == ["live"]
    house.clock.passes(hours=23)
    sweeper.end_silences()
    assert [row.ended_as for row in house.rows(Conversation)] == ["unanswered"]


@pytest.mark.slow
@pytest.mark.parametrize("closed_first", ["the earlier", "the later"])
def test_two_hushes_that_overlap_give_no_hour_back_twice(
    house: House, ana: Person, nora: Colleague, closed_first: str
) -> None:
    """Asked at 10, dizzy at 11, dizzy on her other number at 13, closed at 15 and 17: six hours stood still."""
    visit(house, ana, days=2, hour=10)
    house.tick()
    ana.reads("Reply 1")
    (asked,) = house.rows(Conversation)
    attach(ana, ANAS_OTHER, nora)
    for speaker, hours in ((ana, 1), (phone(house, ANAS_OTHER), 2)):
        house.clock.passes(hours=hours)
        speaker.texts("I feel dizzy")
        speaker.reads("A nurse will read")
    earlier, later = nora.sees()
    for item in (earlier, later) if closed_first == "the earlier" else (later, earlier):
        house.clock.passes(hours=2)
        nora.settles(item)
    (waits,) = house.rows(Conversation)
    assert asked.silent_at is not None
    assert waits.silent_at == asked.silent_at + timedelta(hours=6)


def test_a_question_that_was_written_before_the_hush_does_not_leave(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:
    """P13: what waits in the outbox is asked again when it goes; the front desk takes the question over."""
    visit(house, ana)
    assert reminders.begin_due() == 1
    ana.texts("my chest hurts")
    ana.reads("911")
    ana.nothing_more()
    assert [item.reason for item in nora.sees("nurses")] == ["emergency"]
    assert "withheld_hushed" in [item.reason for item in fran.sees("front_desk")]
