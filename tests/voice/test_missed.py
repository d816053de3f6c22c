"""A call that nobody had: asked by text what it was about where that may be, else called back, and never both."""

from app import db
from app.messaging import consent
from app.models.conversations import Conversation
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


def rings_and_hangs_up(house: House, who: Person) -> None:
    who.calls()
    who.hangs_up()
    house.passes(minutes=2)


def reasons(house: House) -> list[str]:
    return [item.reason for item in house.rows(DeskItem)]


def test_she_is_asked_what_it_was_about_in_her_language(house: House, rosa: Person) -> None:
    rings_and_hangs_up(house, rosa)
    rosa.reads("Rosa, nos llamó y no alcanzamos a hablar", "1 para pedir una cita", "2 para que le llamemos")
    assert reasons(house) == []
    rosa.texts("2")
    rosa.reads("Nuestro personal le va a llamar")
    house.passes(hours=1)
    assert reasons(house) == ["wants_call"]


def test_a_symptom_in_the_answer_is_a_nurses(house: House, ana: Person, nora: Colleague) -> None:
    rings_and_hangs_up(house, ana)
    ana.reads("or write in your own words")
    ana.texts("my chest hurts")
    ana.reads("call 911")
    assert len(nora.sees()) == 1


def test_who_does_not_answer_is_called_back_within_the_hour(house: House, ana: Person, fran: Colleague) -> None:
    rings_and_hangs_up(house, ana)
    ana.reads("we did not get to speak")
    house.passes(minutes=31)
    assert [item.reason for item in fran.sees("front_desk")] == ["call_missed"]
    rings_and_hangs_up(house, ana)
    assert reasons(house) == ["call_missed"], "one call is owed, and no second text is sent"


def test_who_calls_again_is_called_back_and_no_more_asked(house: House, ana: Person) -> None:
    rings_and_hangs_up(house, ana)
    ana.reads("we did not get to speak")
    rings_and_hangs_up(house, ana)
    house.passes(hours=1)
    assert reasons(house) == ["call_abandoned"]
    assert [talk.ended_as for talk in house.rows(Conversation)] == ["called_again"]


def test_who_reaches_somebody_after_all_is_owed_nothing(house: House, ana: Person) -> None:
    rings_and_hangs_up(house, ana)
    ana.reads("we did not get to speak")
    house.carrier.books.other_side = "completed"
    ana.calls()
    ana.presses("0")
    house.passes(hours=1)
    assert reasons(house) == []


def test_nobody_is_texted_who_may_not_be(house: House, ana: Person, rosa: Person, stranger: Person) -> None:
    """Opted out, a stranger, at night: a call is owed, at once."""
    with db.transaction("tests.stop") as session:
        consent.opt_out(session, 1, "patient")
    rings_and_hangs_up(house, ana)
    rings_and_hangs_up(house, stranger)
    house.becomes(house.on(0, 22))
    rings_and_hangs_up(house, rosa)
    assert reasons(house) == ["call_abandoned"] * 3


def test_on_a_shared_phone_nobody_is_guessed(house: House, ana: Person, sam: Person) -> None:
    rings_and_hangs_up(house, ana)
    assert reasons(house) == ["call_abandoned"]
    assert sam.patient_id != ana.patient_id


def test_while_she_has_a_question_to_answer_somebody_calls(house: House, ana: Person) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    house.passes(minutes=11)
    rings_and_hangs_up(house, ana)
    assert reasons(house) == ["call_abandoned"]
    ana.texts("1")
    ana.reads("is confirmed")
    assert appointment(booked).confirmed_at is not None
