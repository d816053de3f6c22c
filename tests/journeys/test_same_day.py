"""Several visits of one patient on one day: one text, one answer for all or none, people for what is not sure."""

from datetime import timedelta

import pytest

from app import db
from app.models.conversations import Conversation, ConversationVisit
from app.models.outbox import Outbound
from app.models.practice import Location
from app.outreach import reminders, untold
from app.scheduling import booking
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.voice.test_identity import checks


@pytest.fixture
def two(house: House, ana: Person) -> tuple[int, int]:
    """Ana has visits at nine and at three, two days from now."""
    return visit(house, ana, days=2, hour=9), visit(house, ana, days=2, hour=15)


def _confirmed(*visits: int) -> list[bool]:
    return [appointment(each).confirmed_at is not None for each in visits]


def _cancels(visit_id: int, staff: Colleague) -> None:
    with db.transaction("tests.cancel") as session:
        assert booking.cancel(session, visit_id, 1, staff.id)


def test_both_are_named_in_one_text_and_confirmed_by_one_answer(
    house: House, ana: Person, two: tuple[int, int], fran: Colleague
) -> None:
    house.tick()
    ana.reads(
        "Ana, you have visits on Wednesday, November 25: 9:00 AM and 3:00 PM, Main Street. Reply 1 to confirm them all"
    )
    ana.texts("1")
    ana.reads("Your visits on Wednesday, November 25 are confirmed: 9:00 AM and 3:00 PM, Main Street.")
    assert _confirmed(*two) == [True, True]
    house.becomes(house.on(2, 8, 30))
    ana.nothing_more()
    assert fran.sees("front_desk") == []


def test_rosa_reads_them_in_spanish_with_the_places_where_they_differ(house: House, rosa: Person) -> None:
    with db.transaction("tests.elsewhere") as session:
        there = Location(practice_id=1, name="Lake Street", time_zone="America/Chicago")
        session.add(there)
        session.flush()
        first = booking.book(session, rosa.patient_id or 0, 1, there.id, house.on(2, 9), None).id
    second = visit(house, rosa, days=2, hour=13)
    house.tick()
    rosa.reads("tiene citas el miércoles 25 de noviembre: a las 9:00 a. m., Lake Street; a la 1:00 p. m., Main Street.")
    rosa.texts("sí")
    rosa.reads("quedan confirmadas")
    assert _confirmed(first, second) == [True, True]


def test_whoever_does_not_answer_is_asked_once_more_about_both_and_then_called(
    house: House, ana: Person, two: tuple[int, int], fran: Colleague
) -> None:
    house.tick()
    ana.reads("9:00 AM and 3:00 PM")
    house.becomes(house.on(1, 9, 1))
    ana.reads("9:00 AM and 3:00 PM")
    for _ in range(5):
        house.passes(hours=2)
    ana.nothing_more()
    tasks = fran.sees("front_desk")
    assert [task.reason for task in tasks] == ["confirm_by_phone_unanswered"] * 2
    assert {task.appointment_id for task in tasks} == set(two)
    ana.texts("yes")
    ana.reads("are confirmed")
    assert fran.sees("front_desk") == [], "nobody is called about what is confirmed"


@pytest.mark.of_words
@pytest.mark.parametrize(
    "words", ["2", "no", "yes at 9", "I can't make the 3:00", "yes to the first one", "another day please"]
)
def test_whatever_may_mean_one_of_them_is_a_persons(
    house: House, ana: Person, two: tuple[int, int], fran: Colleague, words: str
) -> None:
    """H46: nobody guesses which one she means."""
    house.tick()
    ana.reads("Reply 1 to confirm them all")
    ana.texts(words)
    ana.reads("person")
    assert _confirmed(*two) == [False, False]
    assert len(fran.sees("front_desk")) == 1
    house.becomes(house.on(1, 19))
    ana.nothing_more()


def test_her_yes_counts_for_none_when_one_of_them_has_changed(
    house: House, ana: Person, two: tuple[int, int], fran: Colleague
) -> None:
    """H43: what she agreed to is not there any more."""
    house.tick()
    ana.reads("Reply 1")
    _cancels(two[1], fran)
    ana.texts("1")
    ana.reads("One of your visits has changed")
    assert _confirmed(*two) == [False, False]
    assert [item.reason for item in fran.sees("front_desk")] == ["changed_visit"]


def test_a_text_that_waits_is_withheld_when_one_of_them_is_cancelled(
    house: House, ana: Person, two: tuple[int, int], fran: Colleague
) -> None:
    """H43: looked at as it leaves; the other one is asked about by itself then."""
    assert reminders.begin_due() == 1
    _cancels(two[1], fran)
    house.work()
    ana.nothing_more()
    assert [(row.state, row.reason) for row in house.rows(Outbound)] == [("withheld", "appointment_changed")]


def test_of_a_visit_that_was_named_beside_another_she_is_told_by_a_person(
    house: House, ana: Person, two: tuple[int, int], fran: Colleague
) -> None:
    house.tick()
    ana.reads("9:00 AM and 3:00 PM")
    with db.transaction("tests.cancel") as session:
        assert untold.cancel(session, two[1], 1, fran.id)
    assert [item.reason for item in fran.sees("front_desk")] == ["tell_cancelled"]


def test_an_opt_out_is_a_call_about_each(house: House, ana: Person, two: tuple[int, int], fran: Colleague) -> None:
    house.tick()
    ana.reads("Reply 1")
    ana.texts("STOP")
    ana.reads("unsubscribed")
    assert {(item.reason, item.appointment_id) for item in fran.sees("front_desk")} == {
        ("confirm_by_phone_opted_out", each) for each in two
    }


def test_what_is_confirmed_settled_elsewhere_or_of_another_day_is_left_out(
    house: House, ana: Person, rosa: Person, two: tuple[int, int]
) -> None:
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("are confirmed")
    visit(house, ana, days=3, hour=9)
    visit(house, rosa, days=3, hour=11)
    house.becomes(house.on(1, 9, 1))
    ana.reads("Ana, your visit is Thursday, November 26 at 9:00 AM")
    assert len(house.rows(ConversationVisit)) == 1


def test_a_third_in_the_same_place_fits_and_a_fourth_is_asked_by_itself(house: House, ana: Person) -> None:
    for hour in (9, 11, 13, 15):
        visit(house, ana, days=2, hour=hour)
    house.tick()
    ana.reads("9:00 AM, 11:00 AM and 1:00 PM, Main Street")
    (talk,) = house.rows(Conversation)
    assert len(house.rows(ConversationVisit, ConversationVisit.conversation_id == talk.id)) == 2


def test_a_visit_that_was_moved_is_told_by_itself(house: House, ana: Person, fran: Colleague) -> None:
    """She reads that it has changed, and no list hides that."""
    first, second = visit(house, ana, days=2, hour=9), visit(house, ana, days=3, hour=15)
    house.tick()
    ana.reads("your visit is Wednesday, November 25 at 9:00 AM")
    with db.transaction("tests.move") as session:
        assert booking.move(session, first, 1, house.on(3, 9), 1, 1, fran.id)
    house.becomes(house.on(1, 15, 1))
    ana.reads("Thursday, November 26 at")
    assert _confirmed(first, second) == [False, False]
    assert not house.rows(ConversationVisit)


def test_whoever_calls_answers_for_both_on_the_line(house: House, ana: Person, two: tuple[int, int]) -> None:
    house.tick()
    ana.reads("Reply 1")
    checks(ana)
    ana.hears(
        "you have visits on Wednesday, November 25: 9:00 AM and 3:00 PM, Main Street", "To confirm them all, press 1"
    )
    ana.presses("1")
    ana.hears("are confirmed")
    assert _confirmed(*two) == [True, True]
    ana.hangs_up()
    house.clock.at += timedelta(hours=1)
    house.tick()
    ana.nothing_more()


def test_a_nurse_does_also_confirms_both(house: House, ana: Person, two: tuple[int, int], nora: Colleague) -> None:
    """P1: beside a symptom nothing moves by itself; with one key it does, for all that the text named."""
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1 but my chest hurts")
    ana.reads("A nurse will read your message")
    assert _confirmed(*two) == [False, False]
    (item,) = nora.sees()
    nora.claims(item)
    nora.does_also(item)
    assert _confirmed(*two) == [True, True]
    ana.reads("are confirmed")
