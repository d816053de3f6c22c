"""Calls that we make: whoever agreed to them is rung, proves who she is, and answers as by text (P9, P11)."""

import pytest

from app.models.calls import OutgoingCall
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import ConsentEvent
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.voice.test_identity import RIGHT, VISIT, WRONG


def rung(house: House, who: Person) -> int:
    """She would rather be called, has a visit tomorrow, and her telephone rings; the visit's id."""
    who.agrees_to_calls()
    booked = visit(house, who)
    house.tick()
    assert who.rings()
    return booked


def states(house: House) -> list[tuple[str, str | None]]:
    return [(row.state, row.came_of) for row in house.rows(OutgoingCall)]


def test_whoever_would_rather_be_called_confirms_by_key(house: House, ana: Person) -> None:
    booked = rung(house, ana)
    ana.answers()
    heard = ana.hears("This is Lakeside Clinic. We have a message", "To go on in English, press 1", "oprima el 2",
                      "To get no more calls like this one, press 9", "For a person, press 0")  # fmt: skip
    assert not [part for part in ("Ana", *VISIT) if part in heard]
    ana.presses("1")
    assert "November" not in ana.hears("First we check who is speaking", "two digits")
    ana.presses(RIGHT)
    ana.hears("This is Lakeside Clinic", *VISIT, "To confirm, press 1")
    ana.presses("1")
    ana.hears("is confirmed")
    ana.keeps_silent()
    ana.hears("Goodbye")
    house.passes(minutes=2)
    assert appointment(booked).confirmed_at is not None
    assert states(house) == [("completed", "talk")]
    house.passes(hours=20)
    assert not house.rows(DeskItem)
    assert not house.rows(Outbound)


@pytest.mark.of_words
def test_the_same_in_spanish_by_speech(house: House, rosa: Person, fran: Colleague) -> None:
    rung(house, rosa)
    rosa.answers()
    rosa.presses("2")
    rosa.hears("Primero comprobamos quién habla")
    rosa.presses(RIGHT)
    rosa.hears("martes", "24 de noviembre")
    rosa.says("otra fecha")
    rosa.hears("sigue en pie")
    assert [task.reason for task in fran.sees("front_desk")] == ["another_time"]


def test_a_symptom_before_anything_else_reaches_the_nurses(house: House, ana: Person, nora: Colleague) -> None:
    """P1: whoever answers may say it at once; the visit stays as it is."""
    booked = rung(house, ana)
    ana.answers()
    ana.says("my chest hurts", confidence=0.3)
    ana.hears("9 1 1", "A nurse will read what you said")
    assert len(nora.sees("nurses")) == 1
    ana.hangs_up()
    house.passes(minutes=2)
    assert states(house) == [("completed", "talk")]
    assert appointment(booked).confirmed_at is None


@pytest.mark.parametrize("habit", ["busy", "no-answer"])
def test_whoever_is_not_reached_is_tried_at_the_next_step_and_then_a_person_has_it(
    house: House, ana: Person, fran: Colleague, habit: str
) -> None:
    ana.agrees_to_calls()
    ana.lets(habit)
    visit(house, ana, days=2, hour=10)
    house.tick()
    house.passes(hours=24)
    assert states(house) == [(habit.replace("-", "_"), "not_reached")] * 2
    house.passes(hours=5)
    assert [task.reason for task in fran.sees("front_desk")] == ["confirm_by_phone_unanswered"]
    assert not house.rows(Outbound)


def test_it_rings_for_half_a_minute_and_no_longer(house: House, ana: Person) -> None:
    rung(house, ana)
    house.passes(seconds=26)
    assert not ana.rings()
    assert states(house) == [("no_answer", "not_reached")]


def test_hanging_up_midway_is_an_answer_and_she_is_not_rung_again(house: House, ana: Person) -> None:
    ana.agrees_to_calls()
    visit(house, ana, days=2, hour=10)
    house.tick()
    ana.answers()
    ana.presses("1")
    ana.hangs_up()
    house.passes(minutes=2)
    assert states(house) == [("completed", "hung_up")]
    assert [row.ended_as for row in house.rows(Conversation)] == ["hung_up"]
    house.passes(hours=24)
    ana.reads("Reply 1")  # the next step asks otherwise
    assert len(states(house)) == 1


def test_no_more_calls_means_no_more_calls_but_texts_still_go(house: House, ana: Person) -> None:
    """Consent to calls is its own."""
    ana.agrees_to_calls()
    visit(house, ana, days=2, hour=10)
    house.tick()
    ana.answers()
    ana.presses("9")
    ana.hears("will not call this number any more")
    assert [row.kind for row in house.rows(ConsentEvent)] == ["calls_in", "calls_out"]
    house.passes(hours=24)
    ana.reads("Reply 1")
    assert len(states(house)) == 1


def test_the_cadence_calls_whoever_agreed_and_after_two_texts(house: House, ana: Person, rosa: Person) -> None:
    """Unconfirmed: a text, a second one, a call, a person."""
    ana.agrees_to_calls(would_rather=False)
    for who in (ana, rosa):
        visit(house, who, days=2, hour=10)
    house.tick()
    house.passes(hours=24)
    for _ in range(2):
        ana.reads("Reply 1")
        rosa.reads("Responda 1")
    house.passes(hours=2)
    assert (ana.rings(), rosa.rings()) == (True, False)
    ana.answers()
    ana.presses("1")
    ana.presses(RIGHT)
    ana.presses("1")
    ana.hears("is confirmed")
    house.passes(hours=6)
    assert [(item.reason, item.patient_id) for item in house.rows(DeskItem)] == [
        ("confirm_by_phone_unanswered", rosa.patient_id)
    ]


def test_whoever_is_not_let_in_hears_nothing(house: House, ana: Person) -> None:
    """H29, P11: a daughter answers; she does not know the birth date, or guesses."""
    rung(house, ana)
    ana.answers()
    ana.presses("1")
    for _ in range(3):
        ana.presses(WRONG)
    heard = ana.hears("a person will help you")
    assert not [part for part in ("Ana", *VISIT) if part in heard]
