"""A provider's whole day is moved: each visit once, its patient told, and whoever cannot be told is a person's
(issue 8, decision 0086)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import update

from app import db
from app.models.appointments import Appointment
from app.models.day_moves import DayMove, DayMoveVisit
from app.models.offers import Offer
from app.models.patients import Patient
from app.models.practice import Location
from app.models.slots import Slot
from app.models.snow_days import SnowDay
from app.outreach import day_moves
from app.scheduling import booking
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, appointment, visit
from tests.screens.desk import Browser, signed_in, words_of
from tests.slots import times

THURSDAY, FRIDAY = "2026-11-26", "2026-11-27"


def _previews(fran: Browser, to_day: str = FRIDAY, minutes: int = 0, day: str = THURSDAY) -> str:
    return fran.sends("/appointments/moves/new", 200, provider=1, location="", day=day, to_day=to_day, minutes=minutes)


def _fields(page: str) -> dict[str, str]:
    """The hidden fields of the form with which a preview is confirmed."""
    form = page[page.index("data-once") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def _confirms(fran: Browser, page: str, code: int = 303) -> str:
    return fran.sends("/appointments/moves/new", code, **{k: v for k, v in _fields(page).items() if k != "csrf"})


def _moves(house: House, fran: Browser, **how: object) -> str:
    where = _confirms(fran, _previews(fran, **how))  # type: ignore[arg-type]
    house.tick()
    return where


def _unreachable(house: House, hour: int) -> int:
    """A visit of somebody without a telephone."""
    with db.transaction("tests.unreachable") as session:
        row = Patient(name="Grace Kim", birth_date="1961-02-03", language="en", version=1, do_not_contact=False,
                      created_at=house.clock())  # fmt: skip
        session.add(row)
        session.flush()
        return booking.book(session, row.id, 1, 1, house.on(3, hour), None).id


def _reasons(house: House) -> list[str]:
    return sorted(item.reason for item in house.rows(DeskItem) if item.state != "closed")


def _states(house: House) -> list[str]:
    return [row.state for row in house.rows(DayMoveVisit)]


def test_each_visit_moves_once_and_each_patient_is_told_or_called(
    house: House, ana: Person, rosa: Person, fran: Browser
) -> None:
    """H43, H44, H45: nothing before it is confirmed; twice pressed is once; one cannot be texted, one cannot move."""
    hers, rosas, hands = visit(house, ana, 3, 9), visit(house, rosa, 3, 10), _unreachable(house, 11)
    stays = visit(house, ana, 3, 14)
    visit(house, ana, 4, 14)
    page = _previews(fran)
    said = words_of(page)
    assert "3 of 4 visits would be moved" in said
    assert "Stays: There is another visit at that time." in said
    house.tick()
    assert [row.version for row in house.rows(Appointment)] == [1] * 5
    where = _confirms(fran, page)
    assert _confirms(fran, page) == where
    assert len(house.rows(DayMove)) == 1
    house.tick()
    assert [appointment(each).starts_at for each in (hers, rosas, hands)] == [house.on(4, hour) for hour in (9, 10, 11)]
    assert appointment(stays).version == 1
    ana.nothing_more()
    rosa.nothing_more()
    house.passes(minutes=3)
    ana.reads("Ana, your visit has changed. It is now Friday, November 27 at 9:00 AM", "Reply 1")
    rosa.reads("su cita ha cambiado. Ahora es el viernes 27 de noviembre a las 10:00 a. m.")
    assert _reasons(house) == ["day_move_left", *["enter_in_ehr"] * 3, "tell_moved"]
    assert _states(house) == ["texted", "texted", "call"]
    ana.texts("1")
    ana.reads("Your visit on Friday, November 27 at 9:00 AM is confirmed")
    house.passes(minutes=1)
    assert _states(house) == ["told", "texted", "call"]
    shown = words_of(fran.opens(where))
    assert "Moved; the patient has answered" in shown
    assert "please call the patient: a task says so" in shown
    house.becomes(house.on(2, 15))
    rosa.reads("viernes 27 de noviembre")
    ana.reads("your visit is Thursday, November 26 at 2:00 PM")
    assert _reasons(house).count("tell_moved") == 2, "who said nothing is called before she comes on the old day"


def test_it_is_undone_where_nobody_was_told(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    hers = visit(house, ana, 5, 9)
    where = _moves(house, fran, to_day="2026-12-01", day="2026-11-28")
    assert appointment(hers).starts_at == house.on(8, 9)
    assert "Undo for the 1 who has not been told" in words_of(fran.opens(where))
    fran.sends(f"{where}/undo")
    fran.sends(f"{where}/undo")
    house.tick()
    house.passes(minutes=10)
    assert (appointment(hers).starts_at, _states(house)) == (house.on(5, 9), ["undone"])
    assert "Undone by Fran" in words_of(fran.opens(where))
    ana.nothing_more()
    _moves(house, fran, to_day="2026-12-01", day="2026-11-28")
    house.passes(minutes=3)
    ana.reads("your visit has changed")
    fran.sends("/appointments/moves/2/undo")
    house.tick()
    assert appointment(hers).starts_at == house.on(8, 9), "she was told"


def test_two_at_once_and_a_visit_that_changed_are_told_so(house: House, ana: Person, fran: Browser) -> None:
    """H45: the second reads how it stands now; what changes between the yes and the work is left as others made it."""
    hers = visit(house, ana, 3, 9)
    mia = signed_in(house, "Mia", "manager")
    page, other = _previews(fran), _previews(mia, minutes=60, to_day="")
    _confirms(fran, page)
    refused = words_of(_confirms(mia, other, 409))
    assert "Somebody has changed this day meanwhile" in refused
    assert "It is being moved just now." in refused
    with db.transaction("tests.moved") as session:
        assert booking.move(session, hers, 1, house.on(6, 9), 1, 1, mia.staff_id)
    house.tick()
    assert (appointment(hers).starts_at, _states(house)) == (house.on(6, 9), ["left"])
    assert "day_move_left" in _reasons(house)
    house.passes(minutes=5)
    ana.nothing_more()


def test_what_breaks_on_the_way_is_a_persons(house: House, ana: Person, fran: Browser) -> None:
    """H61: neither the move nor the telling ends as a line of the log."""
    hers = visit(house, ana, 5, 9)
    _confirms(fran, _previews(fran, to_day="2026-12-01", day="2026-11-28"))
    with _no_such_zone():
        day_moves.work()
    assert (appointment(hers).version, _states(house)) == (1, ["left"])
    assert _reasons(house) == ["day_move_left"]
    _moves(house, fran, to_day="2026-12-01", day="2026-11-28")
    house.clock.passes(minutes=3)
    with db.transaction("tests.gone") as session:
        session.execute(update(Patient).values(time_zone="Nowhere/At_all"))
    day_moves.work()
    with db.transaction("tests.back") as session:
        session.execute(update(Patient).values(time_zone=None))
    assert _states(house) == ["left", "call"]
    assert "tell_moved" in _reasons(house)


@contextmanager
def _no_such_zone() -> Iterator[None]:
    for zone in ("Nowhere/At_all", "America/Chicago"):
        with db.transaction("tests.zone") as session:
            session.execute(update(Location).values(time_zone=zone))
        if zone.startswith("Nowhere"):
            yield


def test_an_hour_later_takes_the_days_times_along(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """What is offered of the old day is withdrawn, what is free lies an hour later, and nobody gets the hour that a
    visit has left."""
    hers = visit(house, ana, 3, 9)
    for hour in (10, 11):
        times.put_up(house, fran, 3, hour, 60)
    waiting = times.waits(rosa)
    first = times.slot_at(house, 3, 10)
    fran.sends(f"/waitlist/slots/{first.id}/offer", **times.as_form(times.seen(first.id, waiting)))
    house.tick()
    rosa.reads("Responda 1")
    _moves(house, fran, to_day="", minutes=60)
    assert appointment(hers).starts_at == house.on(3, 10)
    live = {(row.starts_at, row.state) for row in house.rows(Slot) if row.state != "closed"}
    assert live == {(house.on(3, 11), "free"), (house.on(3, 12), "free")}
    assert [row.state for row in house.rows(Offer)] == ["withdrawn"]
    rosa.texts("1")
    rosa.reads("esa hora ya no se puede dar")
    house.passes(minutes=3)
    ana.reads("It is now Thursday, November 26 at 10:00 AM")


@pytest.mark.of_pages
def test_what_cannot_be_is_said(house: House, ana: Person, fran: Browser) -> None:
    """H44: an hour that the clocks leave out; a day that is over, no day, no change."""
    visit(house, ana, 3, 2)
    assert "leave this time out" in words_of(_previews(fran, to_day="2027-03-14"))
    asks = {"provider": 1, "location": "", "day": THURSDAY, "to_day": "", "minutes": ""}
    for wrong, sentence in (
        ({}, "Please choose another day, or how many minutes later"),
        ({"day": "2026-11-20", "to_day": FRIDAY}, "This day is over"),
        ({"minutes": "90000"}, "Please type minutes, up to 600"),
        ({"provider": "7"}, "Please choose whose day it is"),
    ):
        assert sentence in words_of(fran.sends("/appointments/moves/new", 422, **{**asks, **wrong}))
    assert "No visit of that day lies ahead" in words_of(_previews(fran, day="2026-11-24"))


@pytest.mark.of_pages
def test_a_day_that_would_lie_at_night_is_asked_about(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """H44: a minus that was hardly meant."""
    visit(house, ana, 3, 9)
    visit(house, rosa, 3, 15)
    page = words_of(_previews(fran, to_day="", minutes=-300))
    assert "1 of them would lie at night. Please check that this is meant." in page
    assert page.count("Before 6 in the morning or after 9 in the evening") == 1
    assert "would lie at night" not in words_of(_previews(fran, to_day="", minutes=-60))


def test_nothing_is_moved_onto_a_day_that_was_called_off(house: House, ana: Person, fran: Browser) -> None:
    """H43: also when it is called off between the confirmation and the move."""
    booked = visit(house, ana, 3, 9)
    page = _previews(fran)
    _confirms(fran, page)
    with db.transaction("tests.snow") as session:
        session.add(SnowDay(
            key="tests:snow", day=date(2026, 11, 27), scope="all", reason="snow", declared_by=fran.staff_id,
            declared_at=house.clock(),
        ))  # fmt: skip
    house.tick()
    assert appointment(booked).starts_at == house.on(3, 9)
    assert (_states(house), _reasons(house)) == (["left"], ["day_move_left"])
    assert "That day was called off." in words_of(_previews(fran))
