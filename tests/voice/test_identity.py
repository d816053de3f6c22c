"""Who is calling: a birth date by keypad, and only then when and where the visit is (H29, H30, P11)."""

import pytest
from sqlalchemy import update

from app import db
from app.models.calls import IdentityTry, PhoneCall
from app.models.conversations import Conversation, Exchange
from app.models.outbox import Outbound
from app.models.patients import Patient
from app.models.records import Entry
from app.models.waitlist import WaitlistRequest
from app.scheduling import booking
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import STRANGERS, Colleague, Person, appointment, patient, phone, visit
from tests.screens.desk import signed_in, words_of

RIGHT, WRONG = "02031961", "02031962"
VISIT = ("Tuesday", "November 24", "3:00 PM", "Main Street")


def checks(who: Person, keys: str = RIGHT, language: str = "1") -> None:
    """Call, choose the language, ask about a visit, enter a birth date."""
    who.calls()
    who.presses(language)
    who.presses("1")
    who.hears("two digits for the month" if language == "1" else "dos cifras para el mes")
    who.presses(keys)


def test_whoever_enters_her_birth_date_hears_when_and_where_and_no_more(house: House, ana: Person) -> None:
    visit(house, ana)
    checks(ana)
    heard = ana.hears("Your next visit is", *VISIT, "To be called back, press 2", "For a person, press 0")
    for hidden in ("Ana", "López", "Chen"):
        assert hidden not in heard
    ana.keeps_silent()
    ana.hears("Goodbye")
    house.passes(minutes=30)
    ana.reads("Reply 1")  # asked by text when it was time, as anybody is
    assert not house.rows(DeskItem)
    assert not any(b"November" in row.twiml.encode() for row in house.rows(Exchange))


def test_the_question_that_waits_is_answered_on_the_call_by_key(house: House, ana: Person) -> None:
    """One source: the dialog's own words for the ear, its choices, its action; and no text beside what was said."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    checks(ana)
    ana.hears("This is Lakeside Clinic", *VISIT, "To confirm, press 1", "To ask for another time, press 2")
    ana.presses("1")
    ana.hears("is confirmed")
    assert appointment(booked).confirmed_at is not None
    ana.keeps_silent()
    house.passes(minutes=30)
    ana.nothing_more()
    assert [row.ended_as for row in house.rows(Conversation)] == ["confirmed"]
    assert [row.outcome for row in house.rows(Exchange)][-2] == "dialog_step"
    assert [row.settled_as for row in house.rows(PhoneCall)] == ["answered"]


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "sure", "confirmed"), [("yes", 0.9, True), ("confirm", 0.8, True), ("one", None, True),
                                     ("yes", 0.4, False), ("yes, Friday", 0.9, False)],
)  # fmt: skip
def test_the_question_is_answered_by_speech_alone_if_it_is_surely_heard(
    house: House, ana: Person, words: str, sure: float | None, confirmed: bool
) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    checks(ana)
    ana.says(words, confidence=sure)
    assert (appointment(booked).confirmed_at is not None) == confirmed
    assert [item.list for item in house.rows(DeskItem)] == ([] if confirmed else ["front_desk"])


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "asked"),
    [("confirm my appointment", True), ("quiero confirmar mi cita", True), ("when is my appointment", True),
     ("a qué hora es mi cita", True), ("please cancel my appointment", False), ("what time do you open", False)],
)  # fmt: skip
def test_who_says_what_a_key_leads_to_is_led_there(house: House, ana: Person, words: str, *, asked: bool) -> None:
    """H29: her birth date first, whatever was said; the words themselves confirm nothing."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.calls()
    ana.says(words)
    assert [item.reason for item in house.rows(DeskItem)] == ([] if asked else ["said_on_call"])
    if asked:
        ana.hears("two digits for the month")
        ana.presses(RIGHT)
        ana.hears(*VISIT, "To confirm, press 1")
    assert appointment(booked).confirmed_at is None


def test_another_time_on_a_call_in_spanish(house: House, rosa: Person, fran: Colleague) -> None:
    visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1")
    checks(rosa, language="2")
    rosa.hears("Le llamamos de Lakeside Clinic", "martes", "24 de noviembre", "oprima el 2")
    rosa.presses("7")
    rosa.hears("Esa tecla no hace nada", "martes")
    rosa.presses("2")
    rosa.hears("sigue en pie por ahora", "Para venir jueves o viernes, oprima el 3")
    rosa.presses("3")
    rosa.hears("¿Y en qué horario?", "Para venir en la mañana, oprima el 2")
    rosa.presses("2")
    rosa.hears("sigue en pie", "6 0 8, 5 5 5, 0 1 0 0")
    (waits,) = house.rows(WaitlistRequest)
    assert (waits.days, waits.parts) == ("thu fri", "morning")
    assert [task.reason for task in fran.sees("front_desk")] == ["another_time"]


def test_what_she_says_after_her_birth_date_is_hers(house: House, ana: Person, fran: Colleague) -> None:
    """H29: colleagues read whether it is known who said it."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    checks(ana)
    ana.presses("2")
    ana.hears("Which days suit you better?")
    ana.says("any day")
    ana.hears("A person will read what you said")
    (task,) = fran.sees("front_desk")
    page = words_of(signed_in(house, "Fred", "front_desk").opens(f"/desk/items/{task.id}"))
    assert "after the right birth date: nothing was changed" in page
    assert "A key was pressed" in page
    assert "nobody checked who was speaking" not in page


def test_a_symptom_at_the_question_moves_nothing(house: House, ana: Person, nora: Colleague) -> None:
    """P1, H02: after identity as before."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    checks(ana)
    ana.says("yes but my chest hurts")
    ana.hears("9 1 1", "A nurse will read")
    assert appointment(booked).confirmed_at is None
    assert len(nora.sees("nurses")) == 1
    ana.hangs_up()
    checks(ana)
    ana.hears("We are connecting you")  # a nurse has the talk: no dialog goes on beside her


def test_an_appointment_that_moved_meanwhile_is_not_confirmed(house: House, ana: Person, fran: Colleague) -> None:
    """H43: between the question and the key."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    checks(ana)
    with db.transaction("tests.move") as session:
        assert booking.move(session, booked, 1, house.on(3, 9), 1, 1, fran.id)
    ana.presses("1")
    assert appointment(booked).confirmed_at is None
    assert "changed_visit" in {item.reason for item in house.rows(DeskItem)}


def test_a_wrong_date_a_strangers_number_and_no_date_on_record_sound_the_same(house: House, ana: Person) -> None:
    visit(house, ana)
    unknown = phone(house, STRANGERS)
    transcripts = []
    for who, keys in ((ana, WRONG), (unknown, RIGHT)):
        checks(who, keys)
        said = [who.hears("We could not find you with that", "two digits for the month")]
        for _ in range(2):
            who.presses(keys)
            said.append(who.hears("We could not"))
        transcripts.append(said)
    assert transcripts[0] == transcripts[1]
    assert "a person will help you" in transcripts[0][-1]
    assert not any("November" in part for part in transcripts[0])


def test_guessing_ends_after_five_a_day_and_for_good_after_ten(house: House, ana: Person, fran: Colleague) -> None:
    """H30: whoever guesses hears nothing of it; afterwards the right date opens nothing either."""
    visit(house, ana, days=9)
    counted = []
    for day in range(4):
        for _ in range(3):
            checks(ana, WRONG)
            for _ in range(2):
                ana.presses(WRONG)
            ana.hears("a person will help you")
        counted.append(len(house.rows(IdentityTry)))
        if day == 0:
            checks(ana, RIGHT)
            ana.hears("We could not find you")
            ana.hangs_up()
        house.passes(hours=25)
    assert counted == [5, 10, 10, 10]
    checks(ana, RIGHT)
    ana.hears("We could not find you")
    assert [task.reason for task in fran.sees("front_desk")].count("identity_locked") == 1


def test_of_two_who_share_a_phone_each_hears_of_her_own_visit(house: House, ana: Person) -> None:
    """H25: the birth date says who is calling; where it fits both, nobody is guessed."""
    sam = patient(house, "Sam López", ana.handset.number)
    visit(house, ana)
    checks(ana)
    assert "Your next visit" not in ana.hears("We could not find you")
    ana.hangs_up()
    with db.transaction("tests.birth_date") as session:
        session.execute(update(Patient).where(Patient.id == sam.patient_id).values(birth_date="2012-10-09"))
    checks(ana, "10092012")
    ana.hears("We find no visit that is booked for you")
    checks(ana)
    ana.hears("Your next visit is", *VISIT)


def test_no_birth_date_stands_in_the_record_or_with_the_words(house: House, ana: Person) -> None:
    checks(ana, "11121931")
    kept = [f"{row.body}{row.raw}{row.said}{row.twiml}{row.reading}" for row in house.rows(Exchange)]
    kept += [f"{entry.details}" for entry in house.rows_of(Entry)]
    assert not [each for each in kept if "11121931" in each]
    assert not house.rows(Outbound)
