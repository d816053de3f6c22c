"""Adding, moving and cancelling appointments at the screen: time zones, stale forms, the week's list."""

import re
from datetime import UTC, datetime

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.practice import Location, Provider
from app.models.staff import Staff
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, one_database, signed_in_again, words_of

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]

FORM = {"day": "2026-11-25", "at": "15:00", "which": "", "provider": 1, "location": 1}


def _starts(house: House) -> list[datetime]:
    return [each.starts_at for each in house.rows(Appointment)]


def test_an_appointment_is_added_in_the_locations_time(house: House, front_desk: Browser, ana: Person) -> None:
    address = f"/patients/{ana.patient_id}/appointments/new"
    assert front_desk.opens(address)
    where = front_desk.sends(address, **FORM)
    assert _starts(house) == [datetime(2026, 11, 25, 21, 0, tzinfo=UTC)]
    shown = words_of(front_desk.opens(where))
    assert "Wed Nov 25, 3:00 PM · Dr. Chen · Main Street ○ Not confirmed yet" in shown
    assert "Fran booked the appointment of Wed Nov 25, 3:00 PM" in shown


def test_another_zone_is_kept_and_shown(house: House, front_desk: Browser, ana: Person) -> None:
    with db.transaction("tests.location") as session:
        session.add(Location(practice_id=1, name="Denver", time_zone="America/Denver"))
    front_desk.sends(f"/patients/{ana.patient_id}/appointments/new", **{**FORM, "location": 2})
    assert _starts(house) == [datetime(2026, 11, 25, 22, 0, tzinfo=UTC)]
    assert "3:00 PM MST" in words_of(front_desk.opens(f"/patients/{ana.patient_id}"))


def test_a_double_click_books_once(house: House, front_desk: Browser, ana: Person) -> None:
    address = f"/patients/{ana.patient_id}/appointments/new"
    front_desk.sends(address, **FORM)
    assert "has an appointment at this time already" in front_desk.sends(address, 422, **FORM)
    assert len(_starts(house)) == 1


@one_database
@pytest.mark.parametrize(
    ("field", "typed", "problem", "sentence"),
    [
        ("day", "", "day", "Please choose the day."),
        ("day", "2026-11-22", "day", "must lie ahead, within three years"),
        ("day", "2062-11-25", "day", "must lie ahead, within three years"),
        ("at", "25:00", "at", "Please choose the time"),
        ("at", "<script>", "at", "Please choose the time"),
        ("provider", "", "provider", "Please choose who will see the patient."),
        ("provider", "99", "provider", "Please choose who will see the patient."),
        ("location", "1e9", "location", "Please choose the place."),
        ("location", "99999999999", "location", "Please choose the place."),
    ],
)
def test_what_will_not_do_is_said_and_kept(
    house: House, front_desk: Browser, ana: Person, field: str, typed: str, problem: str, sentence: str
) -> None:
    page = front_desk.sends(f"/patients/{ana.patient_id}/appointments/new", 422, **{**FORM, field: typed})
    assert f'id="{problem}-problem"' in page
    assert sentence in words_of(page)
    assert 'value="15:00"' in page or field == "at"
    assert _starts(house) == []


def test_a_time_that_the_clocks_leave_out_is_refused(house: House, front_desk: Browser, ana: Person) -> None:
    gap = {**FORM, "day": "2027-03-14", "at": "02:30"}
    page = front_desk.sends(f"/patients/{ana.patient_id}/appointments/new", 422, **gap)
    assert "The clocks go forward that day and leave this time out." in words_of(page)
    assert 'value="02:30"' in page
    assert _starts(house) == []


def test_a_time_that_comes_twice_is_asked_for(house: House, front_desk: Browser, ana: Person) -> None:
    address, twice = f"/patients/{ana.patient_id}/appointments/new", {**FORM, "day": "2027-11-07", "at": "01:30"}
    asked = words_of(front_desk.sends(address, 422, **twice))
    assert "this time comes twice: first in CDT, then an hour later in CST" in asked
    assert "That is at 1:30 at night. Save anyway?" in asked
    twice["odd"] = "01:30"
    front_desk.sends(address, **{**twice, "which": "second"})
    assert _starts(house) == [datetime(2027, 11, 7, 7, 30, tzinfo=UTC)]
    front_desk.sends(address, **{**twice, "which": "first"})
    assert _starts(house)[1] == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_an_odd_hour_is_asked_about_once(house: House, front_desk: Browser, ana: Person) -> None:
    address, at_night = f"/patients/{ana.patient_id}/appointments/new", {**FORM, "at": "03:30"}
    page = front_desk.sends(address, 422, **at_night)
    assert "That is at 3:30 in the morning. Save anyway?" in words_of(page)
    assert 'name="odd" value="03:30"' in page
    later = front_desk.sends(address, 422, **{**at_night, "at": "23:15", "odd": "03:30"})
    assert "That is at 11:15 at night. Save anyway?" in words_of(later), "a yes holds for the hour it was asked about"
    assert _starts(house) == []
    front_desk.sends(address, **at_night, odd="03:30")
    assert _starts(house) == [datetime(2026, 11, 25, 9, 30, tzinfo=UTC)]
    page = front_desk.opens("/appointments/1")
    assert 'name="odd" value="03:30"' in page, "it was meant when it was booked"
    front_desk.sends("/appointments/1", 422, version=1, **{**FORM, "at": "21:00", "odd": "03:30"})
    front_desk.sends("/appointments/1", version=1, **{**FORM, "at": "20:59", "odd": "03:30"})


def test_a_time_that_cannot_be_saved_is_not_asked_about(house: House, front_desk: Browser, ana: Person) -> None:
    address = f"/patients/{ana.patient_id}/appointments/new"
    for fields in ({"day": "2027-03-14", "at": "02:30"}, {"day": "2026-11-23", "at": "03:30"}):
        shown = words_of(front_desk.sends(address, 422, **{**FORM, **fields}))
        assert "anyway?" not in shown
    shown = words_of(front_desk.sends(address, 422, **{**FORM, "at": "00:01"}))
    assert "That is at 12:01, just after midnight. Save anyway?" in shown


def test_two_at_one_time_are_asked_about_once(house: House, front_desk: Browser, ana: Person, rosa: Person) -> None:
    """One clinician, or one patient, twice: in a new appointment as in one that is moved."""
    with db.transaction("tests.provider") as session:
        session.add(Provider(name="Dr. Okafor"))
    anas, rosas = (f"/patients/{who.patient_id}/appointments/new" for who in (ana, rosa))
    front_desk.sends(anas, **FORM)
    asked = front_desk.sends(rosas, 422, **FORM)
    assert "Dr. Chen has Ana López at that time. Book anyway?" in words_of(asked)
    assert "The patient is with Dr. Chen at that time" in words_of(
        front_desk.sends(anas, 422, **{**FORM, "provider": 2})
    )
    meant = re.search(r'name="twice" value="([^"]+)"', asked)
    assert meant is not None
    other = front_desk.sends(rosas, 422, **{**FORM, "twice": "2@2026-11-25T21:00:00+00:00"})
    assert "Book anyway?" in words_of(other), "a yes holds for what it was asked about"
    assert len(_starts(house)) == 1
    front_desk.sends(rosas, **FORM, twice=meant[1])
    front_desk.sends(rosas, **{**FORM, "at": "16:00"})
    assert "Dr. Chen has Ana López" in words_of(front_desk.sends("/appointments/3", 422, version=1, **FORM))
    front_desk.sends("/appointments/1", version=1, **FORM | {"twice": meant[1]})


def test_an_appointment_is_moved_and_told(house: House, front_desk: Browser, ana: Person) -> None:
    booked = visit(house, ana, days=3)
    page = front_desk.opens(f"/appointments/{booked}")
    assert 'value="2026-11-26"' in page
    assert 'value="15:00"' in page
    front_desk.sends(f"/appointments/{booked}", version=1, **FORM)
    assert _starts(house) == [datetime(2026, 11, 25, 21, 0, tzinfo=UTC)]
    assert "Fran moved the appointment to Wed Nov 25, 3:00 PM" in words_of(
        front_desk.opens(f"/patients/{ana.patient_id}")
    )


def test_a_stale_form_moves_nothing(house: House, front_desk: Browser, manager: Browser, ana: Person) -> None:
    booked = visit(house, ana, days=3)
    manager.sends(f"/appointments/{booked}", version=1, **{**FORM, "at": "09:00"})
    page = front_desk.sends(f"/appointments/{booked}", 409, version=1, **{**FORM, "at": "16:45"})
    assert "Mia moved the appointment to Wed Nov 25, 9:00 AM" in words_of(page)
    assert 'value="16:45"' in page
    assert 'name="version" value="2"' in page
    assert _starts(house) == [datetime(2026, 11, 25, 15, 0, tzinfo=UTC)]
    cancelled = front_desk.sends(f"/appointments/{booked}/cancel", 409, version=1, whose="patient")
    assert "Somebody changed this while your form was open" in words_of(cancelled)
    assert house.rows(Appointment)[0].state == "booked"


def test_a_cancelled_appointment_cannot_be_moved(
    house: House, front_desk: Browser, manager: Browser, ana: Person
) -> None:
    booked = visit(house, ana, days=3)
    manager.sends(f"/appointments/{booked}/cancel", version=1, whose="patient")
    page = words_of(front_desk.sends(f"/appointments/{booked}", 409, version=1, **FORM))
    assert "This appointment has been cancelled meanwhile." in page
    assert "Mia cancelled the appointment of Thu Nov 26, 3:00 PM" in page
    assert "You had chosen Wed Nov 25, 3:00 PM" in page
    assert house.rows(Appointment)[0].state == "cancelled"


def test_nothing_is_booked_for_the_dead(house: House, front_desk: Browser, ana: Person) -> None:
    front_desk.sends(f"/patients/{ana.patient_id}/deceased", version=1, deceased_on="2026-11-01")
    page = front_desk.sends(f"/patients/{ana.patient_id}/appointments/new", 422, **FORM)
    assert "recorded as deceased" in words_of(page)
    assert _starts(house) == []


def test_the_week_shows_how_each_appointment_stands(
    house: House, front_desk: Browser, nurse: Browser, ana: Person, rosa: Person
) -> None:
    visit(house, ana, days=1, hour=15)
    visit(house, rosa, days=1, hour=9)
    house.tick()
    ana.reads("1"), rosa.reads("1")
    ana.texts("1")
    ana.reads()
    rosa.texts("2")
    rosa.reads()
    shown = words_of(nurse.opens("/appointments"))
    assert "Tuesday, November 24 1 of 2 confirmed" in shown
    assert "9:00 AM Rosa Jiménez Dr. Chen · Main Street ▲ Wants another time" in shown
    assert "3:00 PM Ana López Dr. Chen · Main Street ✓ Confirmed" in shown
    assert "Move or cancel" not in shown
    assert "Move or cancel" in words_of(front_desk.opens("/appointments"))
    assert "Ana López" not in front_desk.opens("/appointments?from=2026-12-20")
    for odd in ("x", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert "Today, Monday, November 23" in words_of(front_desk.opens(f"/appointments?from={odd}"))
    house.clock.passes(minutes=5)
    ana.texts("sorry, I can't come")
    ana.reads("Your visit stays")
    week = "/appointments?from=2026-11-24"
    assert "Tuesday, November 24 0 of 2 confirmed, 1 in doubt" in words_of(nurse.opens(week))
    house.clock.becomes(house.on(1, 10))
    again = words_of(signed_in_again(house, house.rows(Staff, Staff.role == "nurse")[0].id).opens(week))
    assert "Tuesday, November 24 0 of 1 confirmed, 1 in doubt; 1 over" in again


@one_database
@pytest.mark.parametrize("path", ["", "/cancel"])
def test_nurses_and_auditors_move_nothing(
    house: House, nurse: Browser, auditor: Browser, ana: Person, path: str
) -> None:
    booked = visit(house, ana, days=3)
    for person in (nurse, auditor):
        person.sends(f"/appointments/{booked}{path}", 403, version=1, **FORM)
    assert house.rows(Appointment)[0].version == 1


def test_a_yes_that_no_question_waited_for_is_marked_on_the_appointment(
    house: House, front_desk: Browser, nurse: Browser, ana: Person
) -> None:
    booked = visit(house, ana, days=9)
    ana.texts("yes I will be there")
    ana.reads("(608) 555-0100")
    page = front_desk.opens(f"/patients/{ana.patient_id}")
    assert "Confirmed by the patient" in words_of(page)
    nurse.sends(f"/appointments/{booked}/confirm", 403, version=1)
    where = front_desk.sends(f"/appointments/{booked}/confirm", version=1)
    shown = words_of(front_desk.opens(where))
    assert "The appointment is marked as confirmed." in shown
    assert "✓ Confirmed" in shown
    assert "Fran confirmed the appointment of" in shown
    assert "Confirmed by the patient" not in shown


def test_a_confirmation_of_what_has_changed_meanwhile_is_refused(
    house: House, front_desk: Browser, ana: Person
) -> None:
    booked = visit(house, ana, days=9)
    front_desk.sends(f"/appointments/{booked}", version=1, **FORM)
    page = front_desk.sends(f"/appointments/{booked}/confirm", 409, version=1)
    assert "Somebody changed this while your form was open." in words_of(page)
    assert house.rows(Appointment)[0].confirmed_at is None


@pytest.mark.parametrize(
    ("act", "said"),
    [("", "The appointment is moved."), ("/cancel", "The appointment is cancelled."),
     ("/confirm", "The appointment is marked as confirmed.")],
)  # fmt: skip
def test_the_page_says_what_was_done(house: House, front_desk: Browser, ana: Person, act: str, said: str) -> None:
    booked = visit(house, ana, days=9)
    where = front_desk.sends(f"/appointments/{booked}{act}", version=1, whose="patient", **FORM)
    assert f"✓ {said}" in words_of(front_desk.opens(where))
    assert "✓ The" not in words_of(front_desk.opens(f"/patients/{ana.patient_id}?done=nonsense"))
