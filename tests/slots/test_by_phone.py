"""Staff put up times and book them by telephone: nobody is booked twice, and the EHR is told (H41, H42, H45, H47)."""

import pytest

from app.models.appointments import Appointment
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from escalation_desk.models import DeskItem
from tests.follow_ups.capturing import captured, stands
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.screens.desk import Browser, one_database, words_of
from tests.slots import times

SLOT = {"provider": 1, "location": 1, "which": "", "minutes": 30, "many": 1, "visit_kind": ""}


def test_who_cannot_come_is_moved_in_one_step(house: House, ana: Person, fran: Browser) -> None:
    """She asks by text; the front desk sees her beside the free time and books it; her old hour waits for the EHR."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("I can't make it")
    ana.reads("Which days suit you better?")
    (waiting,) = house.rows(WaitlistRequest)
    assert (waiting.appointment_id, waiting.source, waiting.state) == (booked, "patient", "waiting")
    slot_id = times.put_up(house, fran)
    page = words_of(fran.opens("/waitlist"))
    assert "Who could have Wed Nov 25, 9:00 AM" in page
    assert "Fits: waits since today; was offered nothing this week" in page
    assert "Has Tue Nov 24, 3:00 PM, and keeps it until there is another." in page
    form = times.as_form(times.seen(slot_id, waiting.id))
    assert "Booked." in words_of(fran.opens(fran.sends(f"/waitlist/slots/{slot_id}/book", **form)))
    moved = appointment(booked)
    assert (moved.starts_at, moved.version) == (house.on(2, 9), 2)
    assert moved.confirmed_at is not None, "she agreed to a time within two days"
    assert (times.slot(slot_id).state, times.slot(slot_id).appointment_id) == ("booked", booked)
    assert times.request(waiting.id).state == "filled"
    tasks = {item.reason: item for item in house.rows(DeskItem)}
    assert tasks["another_time"].state == "closed", "nobody need look for a time any more"
    ehr = tasks["enter_in_ehr"]
    assert ehr.note == (
        "Moved from Tue Nov 24, 3:00 PM, Dr. Chen, Main Street to Wed Nov 25, 9:00 AM, Dr. Chen, Main Street"
    )
    freed = times.slot_at(house, 1, 15)
    assert freed.state == "freed"
    assert "Given up: enter it in the EHR first" in words_of(fran.opens("/waitlist"))
    ana.nothing_more()


@pytest.mark.parametrize(("how", "state"), [("entered_in_ehr", "free"), ("entered_not_free", "closed")])
def test_what_was_given_up_is_free_once_the_ehr_knows(
    house: House, ana: Person, fran: Browser, freda: Colleague, how: str, state: str
) -> None:
    slot_id, waiting = times.put_up(house, fran), times.waits(ana, visit(house, ana))
    fran.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, waiting)))
    (task,) = freda.sees("front_desk")
    freda.settles(task, how)
    assert times.slot_at(house, 1, 15).state == state


def test_two_who_book_the_same_time(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """H41, H45: the second is told what has changed, and her patient waits on."""
    slot_id = times.put_up(house, fran)
    first, second = times.seen(slot_id, times.waits(ana)), times.seen(slot_id, times.waits(rosa))
    fran.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(first))
    refused = words_of(fran.sends(f"/waitlist/slots/{slot_id}/book", 409, **times.as_form(second)))
    assert "Somebody has booked this time meanwhile. Nothing was booked." in refused
    assert "Rosa" in refused, "she still stands there"
    assert [each.patient_id for each in house.rows(Appointment)] == [ana.patient_id]
    again = words_of(fran.sends(f"/waitlist/slots/{slot_id}/book", 409, **times.as_form(first)))
    assert "Nothing was booked" in again, "a double click books once"
    assert len(house.rows(Appointment)) == 1


def test_a_time_that_is_filled_by_hand_is_nobody_elses(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """By construction: whatever way an appointment gets there, the slot is its own; moved away, it is given up."""
    slot_id, waiting = times.put_up(house, fran), times.waits(rosa)
    when = {"day": "2026-11-25", "at": "09:15", "which": "", "provider": 1, "location": 1}
    fran.sends(f"/patients/{ana.patient_id}/appointments/new", **when)
    (hers,) = house.rows(Appointment)
    assert (times.slot(slot_id).state, times.slot(slot_id).appointment_id) == ("booked", hers.id)
    seen = times.seen(slot_id, waiting)
    fran.sends(f"/waitlist/slots/{slot_id}/book", 409, **times.as_form(seen))
    fran.sends(f"/appointments/{hers.id}/cancel", version=1, whose="patient")
    assert times.slot(slot_id).state == "freed"
    assert [item.reason for item in house.rows(DeskItem)] == ["enter_in_ehr", "enter_in_ehr"]


def test_taking_back_and_taking_off(house: House, ana: Person, fran: Browser) -> None:
    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    stale = times.seen(slot_id, waiting)
    assert "not given to anybody" in words_of(
        fran.opens(fran.sends(f"/waitlist/slots/{slot_id}/take-back", slot_version=1))
    )
    fran.sends(f"/waitlist/slots/{slot_id}/take-back", 409, slot_version=1)
    fran.sends(f"/waitlist/slots/{slot_id}/book", 409, **times.as_form(stale))
    assert "waits no more" in words_of(fran.opens(fran.sends(f"/waitlist/requests/{waiting}/end", request_version=1)))
    fran.sends(f"/waitlist/requests/{waiting}/end", 409, request_version=1)
    assert times.put_up(house, fran), "the hour can be put up again"


def test_who_keeps_her_visit_or_is_moved_by_hand_waits_no_more(house: House, ana: Person, fran: Browser) -> None:
    booked = visit(house, ana)
    waiting = times.waits(ana, booked)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("confirmed")
    assert (times.request(waiting).state, times.request(waiting).reason) == ("closed", "kept")
    waiting = times.waits(ana, booked)
    when = {"day": "2026-12-01", "at": "09:00", "which": "", "provider": 1, "location": 1}
    fran.sends(f"/appointments/{booked}", version=1, **when)
    assert (times.request(waiting).state, times.request(waiting).reason) == ("closed", "moved")


@one_database
def test_what_cannot_be_put_up_is_refused_with_a_sentence(house: House, ana: Person, fran: Browser) -> None:
    """H44 and bad input: overlap, an appointment there, the past, an hour the clocks leave out, odd lengths."""
    times.put_up(house, fran)
    visit(house, ana, days=3, hour=10)

    def refused(day: str, at: str, **changed: object) -> str:
        form = {**SLOT, "day": day, "at": at, **changed}
        return words_of(fran.sends("/waitlist/slots/new", 422, **form))

    assert "Dr. Chen has a time that was put up already at Wed Nov 25, 9:15 AM" in refused("2026-11-25", "09:15")
    assert "Dr. Chen has an appointment at Thu Nov 26, 9:45 AM" in refused("2026-11-26", "09:45")
    assert "must lie ahead" in refused("2026-11-20", "09:00")
    assert "leave this time out" in refused("2027-03-14", "02:30")
    assert "comes twice" in refused("2027-11-07", "01:30")
    assert "how many minutes" in refused("2026-11-25", "11:00", minutes=0)
    assert "from 1 to 24" in refused("2026-11-25", "11:00", many=25)
    assert "has a time that was put up already at Wed Nov 25, 9:00 AM" in refused("2026-11-25", "08:00", many=3)
    assert len(house.rows(Slot)) == 1, "all or none"
    fran.sends(
        "/waitlist/slots/new", **{**SLOT, "day": "2026-11-25", "at": "09:30", "many": 3, "visit_kind": "Physical"}
    )
    assert [row.starts_at for row in house.rows(Slot)][1:] == [house.on(2, 9, 30), house.on(2, 10), house.on(2, 10, 30)]


@one_database
def test_what_cannot_be_wished_is_refused_with_a_sentence(house: House, ana: Person, fran: Browser) -> None:
    def refused(**changed: object) -> str:
        return words_of(fran.sends(f"/patients/{ana.patient_id}/waitlist", 422, notice=2, **changed))

    assert "No time of this kind was ever put up" in refused(visit_kind="Juggling")
    assert "lies before the earliest" in refused(earliest="2026-12-03", latest="2026-12-01")
    assert "This day is over" in refused(latest="2026-11-20")
    assert "not a date" in refused(earliest="soon")
    assert "does not stand any more" in refused(instead_of=7)
    assert "not there any more" in refused(provider=7)
    assert "hours’ notice" in words_of(fran.sends(f"/patients/{ana.patient_id}/waitlist", 422, notice="x"))
    assert house.rows(WaitlistRequest) == []
    booked = visit(house, ana, days=5)
    form = {"notice": 24, "instead_of": booked, "tue": "yes", "morning": "yes", "provider": 1, "said": "rides the bus"}
    fran.sends(f"/patients/{ana.patient_id}/waitlist", **form)
    fran.sends(f"/patients/{ana.patient_id}/waitlist", **form)
    (row,) = house.rows(WaitlistRequest)
    assert (row.days, row.parts, row.said, row.appointment_id) == ("tue", "morning", "rides the bus", booked)
    assert "Tuesday · morning · with Dr. Chen" in words_of(fran.opens("/waitlist"))


def test_the_follow_up_that_waited_for_a_visit_ends_with_the_booking(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H43: in the same transaction, so that nobody is texted about “no visit in our book” in between."""
    next_visit = captured(house, ana, freda, "book", 10)
    house.clock.passes(minutes=1)
    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    fran.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, waiting)))
    (booked,) = house.rows(Appointment)
    assert (stands(next_visit).disposition, stands(next_visit).happened_id) == ("booked", booked.id)
