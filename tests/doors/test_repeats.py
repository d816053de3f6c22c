"""The same text delivered again, or at the same moment: one exchange, one reply, the same bytes (H08, H40)."""

from concurrent.futures import ThreadPoolExecutor

from app.models.conversations import Exchange
from escalation_desk.models import DeskItemWords
from tests.doors.twilio import NOTHING, post, text_form
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


def test_a_repeat_gets_the_same_bytes_and_changes_nothing(house: House, ana: Person) -> None:
    """H08, H40: only the MessageSid tells a repeat."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    form = text_form("1")
    answers = [post(house, form) for _ in range(3)]
    assert len({answer.body for answer in answers}) == 1
    assert len(house.rows(Exchange)) == 1
    house.work()
    ana.reads("confirmed")
    ana.nothing_more()
    assert appointment(booked).confirmed_at is not None


def test_a_repeat_with_other_words_is_still_the_first(house: House, ana: Person, nora: Colleague) -> None:
    """What was taken in under an id is what was said under it."""
    form = text_form("my chest hurts")
    post(house, form)
    assert post(house, {**form, "Body": "1", "From": "+12025550177"}).body == NOTHING
    assert [row.body for row in house.rows(Exchange)] == ["my chest hurts"]
    assert len(nora.sees("nurses")) == 1
    house.work()
    ana.reads("911")


def test_eight_at_once_are_one(house: House, ana: Person) -> None:
    """H40: the same text delivered by eight connections at the same moment: one exchange, one reply."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    form = text_form("1")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: post(house, form), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(house.rows(Exchange)) == 1
    house.work()
    ana.reads("confirmed")
    ana.nothing_more()


def test_eight_different_texts_at_once_are_eight(house: House, ana: Person, nora: Colleague) -> None:
    """H08: nothing is dropped because something like it came at the same moment."""
    forms = [text_form("I feel dizzy") for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        assert {answer.status for answer in threads.map(lambda form: post(house, form), forms)} == {200}
    assert len(house.rows(Exchange)) == len(house.rows_of(DeskItemWords)) == 8
    assert len(nora.sees("nurses")) == 1
    house.work()
    ana.reads("nurse")
    ana.nothing_more()
