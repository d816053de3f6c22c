"""Whether our system may call a patient is noted at the desk, by number, and can be taken back (P9)."""

from sqlalchemy import select

from app import db
from app.models.patients import ContactPoint, Patient
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, words_of


def _point(house: House) -> ContactPoint:
    return house.rows(ContactPoint)[0]


def test_staff_note_that_she_may_be_called_and_would_rather_be(house: House, front_desk: Browser, ana: Person) -> None:
    page = f"/patients/{ana.patient_id}"
    assert "May our system call it?" in words_of(front_desk.opens(page))
    assert "Would rather be called" not in words_of(front_desk.opens(page))
    front_desk.sends(f"{page}/numbers/{_point(house).id}/calls", agreed="yes")
    shown = words_of(front_desk.opens(page))
    assert "May be called by our system" in shown
    assert "recorded that our system may call this number" in shown
    front_desk.sends(f"{page}/calls", channel="voice")
    assert "Would rather be called than texted." in words_of(front_desk.opens(page))
    visit(house, ana, days=3)
    assert "Will be asked by a call of our system Tue" in words_of(front_desk.opens(page))
    front_desk.sends(f"{page}/numbers/{_point(house).id}/calls", agreed="no")
    assert _point(house).calls_agreed_at is None
    assert "Will be asked by text Tue" in words_of(front_desk.opens(page))


def test_the_page_says_that_she_was_called(house: House, front_desk: Browser, ana: Person) -> None:
    ana.agrees_to_calls()
    visit(house, ana)
    house.tick()
    ana.declines()
    shown = words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    assert "Has been called by our system, and is not asked again." in shown
    assert "The line was busy" in shown
    assert "Our call reached nobody" in shown


def test_what_makes_no_sense_is_refused(house: House, front_desk: Browser, ana: Person) -> None:
    page = f"/patients/{ana.patient_id}"
    front_desk.sends(f"{page}/calls", 400, channel="pigeon")
    front_desk.sends(f"{page}/numbers/99/calls", 404, agreed="yes")
    with db.reading("tests.channel") as session:
        assert session.scalars(select(Patient.channel)).all() == ["sms"]


def test_whoever_has_the_number_next_never_agreed(house: House, front_desk: Browser, ana: Person) -> None:
    """H26: consent goes with the number's last patient."""
    page = f"/patients/{ana.patient_id}"
    front_desk.sends(f"{page}/numbers/{_point(house).id}/calls", agreed="yes")
    front_desk.sends(f"{page}/numbers/{_point(house).id}/detach")
    assert _point(house).calls_agreed_at is None
