"""Two people have one form open: nobody's change is put back by whoever never touched that field (H45)."""

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.practice import Provider
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, words_of
from tests.screens.filling import fields_of

pytestmark = pytest.mark.of_pages


@pytest.fixture
def address(ana: Person) -> str:
    return f"/patients/{ana.patient_id}/change"


def test_only_what_she_changed_herself_is_written(
    house: House, front_desk: Browser, manager: Browser, address: str
) -> None:
    mine = fields_of(front_desk.opens(address), address)
    theirs = fields_of(manager.opens(address), address)
    manager.sends(address, **theirs | {"language": "es", "time_zone": "America/Denver", "do_not_contact": "yes"})
    page = front_desk.sends(address, 409, **mine | {"birth_date": "1961-03-02"})
    assert "Mia changed the language to Spanish" in words_of(page)
    assert "you have" not in words_of(page)
    front_desk.sends(address, **fields_of(page, address))
    [ana] = house.rows(Patient)
    assert (ana.birth_date, ana.language, ana.time_zone, ana.do_not_contact) == (
        "1961-03-02", "es", "America/Denver", True,
    )  # fmt: skip


def test_what_both_changed_is_shown_with_both_and_she_decides(
    house: House, front_desk: Browser, manager: Browser, address: str
) -> None:
    mine = fields_of(front_desk.opens(address), address)
    manager.sends(address, **mine | {"name": "Ana Ruiz", "language": "es"})
    page = front_desk.sends(address, 422, **mine | {"name": " "})
    page = front_desk.sends(address, 409, **fields_of(page, address) | {"name": "Ana López Ruiz"})
    assert "Name is now “Ana Ruiz”; you have “Ana López Ruiz”." in words_of(page)
    assert "you have English" not in words_of(page)
    again = fields_of(page, address)
    manager.sends(address, **again | {"name": "Ana Ruiz", "time_zone": "America/Denver"})
    page = front_desk.sends(address, 409, **again)
    front_desk.sends(address, **fields_of(page, address))
    [ana] = house.rows(Patient)
    assert (ana.name, ana.language, ana.time_zone) == ("Ana López Ruiz", "es", "America/Denver")


def test_a_nurse_puts_back_nobodys_language(house: House, nurse: Browser, manager: Browser, address: str) -> None:
    mine = fields_of(nurse.opens(address), address)
    manager.sends(address, **fields_of(manager.opens(address), address) | {"language": "es"})
    page = nurse.sends(address, 409, **mine)
    nurse.sends(address, **fields_of(page, address))
    assert house.rows(Patient)[0].language == "es"


def test_a_moved_appointment_keeps_the_clinician_that_somebody_else_chose(
    house: House, front_desk: Browser, manager: Browser, ana: Person
) -> None:
    with db.transaction("tests.provider") as session:
        session.add(Provider(name="Dr. Okafor"))
    address = f"/appointments/{visit(house, ana, days=3)}"
    mine = fields_of(front_desk.opens(address), address)
    manager.sends(address, **mine | {"provider": "2"})
    page = front_desk.sends(address, 409, **mine | {"at": "16:45"})
    assert "you have" not in words_of(page)
    mine = fields_of(page, address)
    manager.sends(address, **mine | {"at": "09:00"})
    page = front_desk.sends(address, 409, **mine | {"at": "17:00"})
    assert "It is now Thu Nov 26, 9:00 AM; you have Thu Nov 26, 5:00 PM." in words_of(page)
    front_desk.sends(address, **fields_of(page, address))
    [booked] = house.rows(Appointment)
    assert (booked.starts_at, booked.provider_id) == (house.on(3, 17), 2)
