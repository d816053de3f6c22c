"""Days on which we are not there: said beside the week, asked about before anything is booked there (H43, H44)."""

from datetime import date

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.practice import Provider
from app.models.slots import Slot
from app.models.snow_days import SnowDay
from escalation_desk import rota
from tests.house import House
from tests.people import Person
from tests.screens.desk import Browser, words_of

pytestmark = pytest.mark.of_pages

WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
FORM = {"day": "2026-11-26", "at": "15:00", "which": "", "provider": 1, "location": 1}


@pytest.fixture
def two_days_off(house: House, front_desk: Browser) -> None:
    """Thanksgiving; and the day before it Dr. Okafor is ill."""
    with db.transaction("tests.days_off") as session:
        rota.close_on(session, THURSDAY, "Thanksgiving", None)
        session.add(Provider(name="Dr. Okafor"))
        session.flush()
        session.add(SnowDay(
            key="tests:ill", day=WEDNESDAY, scope="provider:2", provider_id=2, reason="ill",
            declared_by=front_desk.staff_id, declared_at=house.clock(),
        ))  # fmt: skip


@pytest.mark.usefixtures("two_days_off")
def test_the_week_says_on_which_days_nobody_is_there(front_desk: Browser) -> None:
    page = words_of(front_desk.opens("/appointments"))
    assert "Wednesday, November 25 none ▲ Called off, Dr. Okafor" in page
    assert "Thursday, November 26 none ▲ Closed: Thanksgiving" in page
    assert page.count("▲") == 2
    front_desk.sends("/outreach/snow-days/1/undo")
    assert "Called off" not in words_of(front_desk.opens("/appointments"))


@pytest.mark.usefixtures("two_days_off")
def test_who_books_on_a_day_off_is_asked_once(house: House, front_desk: Browser, ana: Person) -> None:
    address = f"/patients/{ana.patient_id}/appointments/new"
    asked = front_desk.sends(address, 422, **FORM)
    assert "The practice is closed that day: Thanksgiving. Book anyway?" in words_of(asked)
    key = asked.split('name="twice" value="')[1].split('"')[0]
    ill = {**FORM, "day": "2026-11-25", "provider": 2}
    assert "That day was called off. Book anyway?" in words_of(front_desk.sends(address, 422, **ill, twice=key))
    assert house.rows(Appointment) == []
    front_desk.sends(address, **FORM, twice=key)
    front_desk.sends(address, **{**ill, "provider": 1})
    assert len(house.rows(Appointment)) == 2
    moved = words_of(front_desk.sends("/appointments/2", 422, version=1, **ill))
    assert "That day was called off." in moved


@pytest.mark.usefixtures("two_days_off")
def test_no_time_is_put_up_on_a_day_off(house: House, front_desk: Browser) -> None:
    form = {**FORM, "visit_kind": "", "minutes": "30", "many": "1"}
    page = words_of(front_desk.sends("/waitlist/slots/new", 422, **form))
    assert "The practice is closed that day: Thanksgiving. Nothing was put up." in page
    assert house.rows(Slot) == []
    front_desk.sends("/waitlist/slots/new", **{**form, "day": "2026-11-25"})
    assert len(house.rows(Slot)) == 1
