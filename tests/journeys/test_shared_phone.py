"""A phone that several people share: each visit has its own reply numbers, and nobody is guessed (H25, issue 5)."""

from sqlalchemy import select

from app import db
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.waitlist import WaitlistRequest
from app.scheduling import booking
from escalation_desk.models import DeskItem, DeskItemWords
from tests.house import House
from tests.people import Person, appointment, colleague, visit
from tests.voice.test_identity import checks


def _confirmed(house: House) -> list[bool]:
    return [row.confirmed_at is not None for row in house.rows(Appointment)]


def _tasks(house: House) -> list[tuple[str, int | None]]:
    return [(item.reason, item.patient_id) for item in house.rows(DeskItem) if item.state != "closed"]


def _two(house: House, ana: Person, sam: Person) -> tuple[int, int]:
    """Sam at 2:30 and Ana at 3:00 on one day, asked about by one text; their visits."""
    both = visit(house, sam, hour=14), visit(house, ana)
    house.tick()
    ana.reads(
        "Please answer for each visit, Main Street. Reply 1 to confirm Sam Tue Nov 24 2:00 PM, 2 to change it, "
        "3 to confirm Ana Tue Nov 24 3:00 PM, 4 to change it, 0 for a person."
    )
    return both


def test_a_mother_of_two_answers_for_each_by_its_own_number(house: House, ana: Person, sam: Person) -> None:
    """One text, two answers; what names no visit is a person's and changes nothing."""
    _two(house, ana, sam)
    ana.texts("3")
    ana.reads("Thank you, noted. Reply 1 to confirm Sam Tue Nov 24 2:00 PM, 2 to change it, 0 for a person.")
    assert _confirmed(house) == [False, True]
    ana.texts("yes")
    ana.reads("a person will read it")
    ana.texts("4")
    assert (_confirmed(house), _tasks(house)) == ([False, True], [("shared_number", None)]), "answered already"
    ana.texts("1")
    ana.reads("The visit is confirmed")
    assert _confirmed(house) == [True, True]
    house.becomes(house.on(1, 9))
    ana.nothing_more()


def test_a_late_answer_for_one_never_counts_for_the_other(house: House, ana: Person, sam: Person) -> None:
    """Ana is asked the next day with numbers of her own; Sam's, and a bare yes, do nothing to her visit."""
    visit(house, sam, days=1, hour=14)
    hers = visit(house, ana, days=3)
    house.tick()
    ana.reads("Reply 1 to confirm Sam Tue Nov 24 2:00 PM, 2 to change it, 0 for a person.")
    house.becomes(house.on(1, 15, 1))
    ana.reads("Reply 3 to confirm Ana Thu Nov 26 3:00 PM, 4 to change it, 0 for a person.")
    for words in ("1", "2", "yes", "no", "3, this is Sam"):
        ana.texts(words)
    ana.reads("a person will read it")
    assert (appointment(hers).confirmed_at, appointment(hers).version) == (None, 1)
    assert house.rows(WaitlistRequest) == []
    ana.texts("3")
    ana.reads("The visit is confirmed")
    assert _confirmed(house) == [False, True]


def test_another_time_is_for_that_one_alone(house: House, ana: Person, sam: Person) -> None:
    """H47: it waits under its patient's name, and the other stays asked about."""
    sams, hers = _two(house, ana, sam)
    ana.texts("2")
    ana.reads("Thank you, noted. Reply 3 to confirm Ana")
    assert [(row.patient_id, row.appointment_id) for row in house.rows(WaitlistRequest)] == [(sam.patient_id, sams)]
    assert _tasks(house) == [("another_time", sam.patient_id)]
    ana.texts("4")
    ana.reads("Our staff will contact you about a change")
    assert _tasks(house) == [("another_time", sam.patient_id), ("another_time", ana.patient_id)]
    assert [appointment(each).version for each in (sams, hers)] == [1, 1]


def test_one_that_was_moved_is_told_so_and_the_other_is_not_forgotten(house: House, ana: Person, sam: Person) -> None:
    """H43: people go on with the talk, each visit with its own task."""
    sams, hers = _two(house, ana, sam)
    fran = colleague(house, "Fran", "front_desk")
    with db.transaction("tests.moved") as session:
        assert booking.move(session, sams, 1, house.on(2, 10), 1, 1, fran.id)
    ana.texts("1")
    ana.reads("A visit has changed since we sent that text, so we did not use your answer.")
    assert _confirmed(house) == [False, False]
    assert ("confirm_by_phone_unanswered", ana.patient_id) in _tasks(house)
    assert appointment(hers).version == 1


def test_stop_makes_a_call_for_each(house: House, ana: Person, sam: Person) -> None:
    _two(house, ana, sam)
    ana.texts("STOP")
    ana.reads("unsubscribed")
    assert _tasks(house) == [("confirm_by_phone_opted_out", who.patient_id) for who in (sam, ana)]


def test_symptoms_come_first(house: House, ana: Person, sam: Person) -> None:
    """P1: beside a symptom a number does nothing by itself; the item shows whose visit it was."""
    _, hers = _two(house, ana, sam)
    ana.texts("3 but my chest hurts")
    ana.reads("911")
    assert _confirmed(house) == [False, False]
    with db.reading("tests.words") as session:
        (words,) = session.scalars(select(DeskItemWords)).all()
    assert words.also_wrote is not None
    assert (words.also_wrote["appointment"], words.also_wrote["label"]) == (hers, "confirm Ana Tue Nov 24 3:00 PM")


def test_on_a_call_each_hears_her_own_visit_alone(house: House, ana: Person, sam: Person) -> None:
    """H29, P11: whoever proves that she is Ana hears nothing of Sam's, and cannot answer for him."""
    _two(house, ana, sam)
    with db.transaction("tests.born") as session:
        session.get_one(Patient, sam.patient_id).birth_date = "1990-01-02"
    checks(ana)
    heard = ana.hears("Ana, Tuesday, November 24 at 3:00 PM, press 3", "To change it, press 4")
    assert "Sam" not in heard
    ana.presses("1")
    ana.hears("That key does nothing here")
    ana.presses("3")
    assert "Sam" not in ana.hears("Thank you, noted")
    assert _confirmed(house) == [False, True]
