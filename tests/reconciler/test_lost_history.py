"""What is older than the practice, or than its backup: nobody is told twice (H59, H64)."""

import pytest
from sqlalchemy import delete, update

from app import db
from app.inbound import hand_off
from app.models.conversations import Exchange
from app.models.records import LibraryVersion
from app.watchers.reconciler import LOOK_BACK
from tests.house import House
from tests.people import ANAS, Colleague, Person, visit
from tests.reconciler.carrier import exchanges, lost
from tests.web.browsing import signed_in


def test_what_came_before_the_practice_began_is_told_once_and_left_alone(
    house: House, ana: Person, fran: Colleague
) -> None:
    """The number was in use before: yesterday's words were somebody else's to answer."""
    sids = [lost(house, ana, f"hello {number}") for number in range(3)]
    house.clock.passes(hours=1)
    with db.transaction("tests.just_begun") as session:
        session.execute(update(LibraryVersion).values(activated_at=house.clock()))
    after = lost(house, ana, "hello again")
    for _ in range(2):
        house.passes(minutes=5)
    assert list(exchanges(house)) == [after]
    ana.reads("a person will read it")
    notes = [item.note for item in fran.sees("front_desk") if item.reason == "texts_before_start"]
    assert notes == [f"{len(sids)} texts"]
    desk = signed_in(house, "flo", "front_desk")
    assert "before we began" in desk.page("/desk/front-desk")


def test_before_anything_is_in_force_nothing_is_fetched(house: House, ana: Person) -> None:
    lost(house, ana, "hello")
    house.clock.passes(minutes=5)
    with db.transaction("tests.nothing_in_force") as session:
        session.execute(delete(LibraryVersion))
    assert house.reconciler.run() == 0
    assert not house.rows(Exchange)


def test_what_is_older_than_a_day_is_left_alone(house: House, ana: Person) -> None:
    lost(house, ana, "hello")
    house.clock.passes(seconds=LOOK_BACK.total_seconds() - 60)
    kept = lost(house, ana, "hello again")
    house.passes(minutes=2)
    assert list(exchanges(house)) == [kept]
    ana.reads("a person will read it")


@pytest.mark.parametrize("answer", ["A nurse will read your message. If", "Una enfermera", "We got your message"])
def test_a_history_that_was_lost_is_fetched_and_tells_nobody_twice(
    house: House, ana: Person, nora: Colleague, answer: str
) -> None:
    """H64: the backup knows nothing of the morning. She was answered then, and the carrier shows it."""
    lost(house, ana, "I feel dizzy")
    house.clock.passes(seconds=5)
    _answered_then(house, answer)
    ana.reads(answer)
    house.passes(hours=2)
    assert [item.reason for item in nora.sees("nurses")] == ["hand_off"]
    ana.nothing_more()


def test_emergency_words_of_a_lost_history_are_answered_again(house: House, ana: Person, nora: Colleague) -> None:
    """As whenever they are new to us."""
    lost(house, ana, "my chest hurts")
    house.clock.passes(seconds=5)
    _answered_then(house, "call 911 now. Do not wait")
    ana.reads("911")
    house.passes(hours=2)
    assert [item.reason for item in nora.sees("nurses")] == ["emergency"]
    ana.reads("911")


def test_an_answer_to_earlier_words_is_none_to_these(house: House, ana: Person, nora: Colleague) -> None:
    _answered_then(house, "A nurse will read your message. If")
    ana.reads("A nurse will read")
    house.clock.passes(seconds=5)
    lost(house, ana, "I feel dizzy")
    house.passes(hours=2)
    ana.reads("A nurse will read")


def _answered_then(house: House, answer: str) -> None:
    """A fixed text that this carrier sent for us, and that no row of ours knows of."""
    with db.reading("tests.wordings") as session:
        words = min(each for each in hand_off.every_wording(session) if answer in each)
    house.gateway.send_text(ANAS, words, "http://127.0.0.1:1/twilio/status?m=none", 600)


def test_a_text_of_ours_that_says_nothing_of_people_is_no_answer(house: House, ana: Person, nora: Colleague) -> None:
    """A reminder that left after her words does not tell her that a nurse has them."""
    lost(house, ana, "I feel dizzy")
    visit(house, ana)
    house.clock.passes(seconds=20)
    house.tick()
    ana.reads("Reply 1")
    house.passes(minutes=5)
    ana.reads("A nurse will read")
