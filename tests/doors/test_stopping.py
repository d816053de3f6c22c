"""An end of all texts is kept at once, and whatever else she may have meant by it reaches a person (H49, H50)."""

import pytest

from app.models.conversations import Exchange
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import ANAS, Colleague, Person, appointment, visit
from tests.sending.outbox import point


@pytest.mark.of_words
@pytest.mark.parametrize("words", ["CANCEL", "cancel?", '"cancel"', "¡Cancela!", "CANCELAR", "Cancelar.", "𝐜ancel"])
def test_a_lone_cancel_reaches_a_person(house: House, rosa: Person, fran: Colleague, words: str) -> None:
    """H50: however it is written, it may have meant the visit; she is told, or a person asks her."""
    booked = visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1")
    rosa.texts(words)
    told = rosa.handset.reads()
    assert told or [item.reason for item in fran.sees("front_desk")] == ["cancel_may_mean_appointment"]
    assert appointment(booked).state == "booked"


@pytest.mark.parametrize("words", ["1", "cancela mi cita", "blorp"])
def test_what_only_the_carrier_takes_for_a_stop_is_seen_by_a_person(
    house: House, ana: Person, fran: Colleague, words: str
) -> None:
    """The practice may have given the carrier words of its own; ours need not know them."""
    post(house, text_form(words, OptOutType="STOP"))
    house.work()
    assert point(house, ANAS).opted_out_at is not None
    assert len(fran.sees("front_desk")) == 1
    assert [row.outcome for row in house.rows(Exchange)] == ["consent"]


@pytest.mark.of_words
@pytest.mark.parametrize("word", ["STOP", "END", "terminar"])
def test_a_stop_to_the_last_question_reaches_a_person(house: House, ana: Person, fran: Colleague, word: str) -> None:
    """No further step of the cadence would find out that nobody can ask her any more."""
    booked = visit(house, ana, days=1, hour=9)
    house.tick()
    ana.reads("Reply 1")
    ana.texts(word)
    ana.handset.reads()
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.appointment_id) == ("confirm_by_phone_opted_out", booked)
    assert (task.patient_id, task.contact_point_id) == (ana.patient_id, point(house, ANAS).id)


def test_a_stop_with_nothing_left_to_ask_gives_nobody_work(house: House, ana: Person, fran: Colleague) -> None:
    visit(house, ana, days=1, hour=9)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("is confirmed")
    ana.texts("STOP")
    ana.handset.reads()
    assert fran.sees("front_desk") == []
