"""Booked by phone for the wrong patient, or at the wrong time: one step, and everything is as before (H43, H45, H47,
decision 0101)."""

import threading
from datetime import timedelta

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.waitlist import WaitlistRequest
from app.outreach import mistaken
from app.scheduling import filling, putting_up
from app.scheduling.filling import Gone
from escalation_desk.models import DeskItem
from tests.follow_ups.capturing import captured, stands
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.screens.desk import Browser, words_of
from tests.slots import times


def _books(staff: Browser, slot_id: int, request: int) -> None:
    staff.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, request)))


def _undoes(staff: Browser, request: int, status: int | None = None) -> str:
    version = times.request(request).version
    address = f"/waitlist/requests/{request}/undo"
    if status is not None:
        return words_of(staff.sends(address, status, request_version=version))
    return words_of(staff.opens(staff.sends(address, request_version=version)))


def _open(house: House) -> set[str]:
    return {item.reason for item in house.rows(DeskItem) if item.state != "closed"}


def test_she_has_her_visit_of_before_and_waits_as_before(house: House, ana: Person, fran: Browser) -> None:
    """H43, H47: the time is free for the next at once, the task to look for one is back, and the EHR has nothing to be
    told but what its file may have shown already. She hears of none of it."""
    hers = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("I can't make it")
    ana.reads("Which days suit you better?")
    (waits,) = house.rows(WaitlistRequest)
    slot_id = times.put_up(house, fran)
    _books(fran, slot_id, waits.id)
    page = words_of(fran.opens("/waitlist"))
    assert "Booked by phone just now" in page
    assert "Wed Nov 25, 9:00 AM" in page
    assert "the time is free again, and the patient waits as before" in _undoes(fran, waits.id)
    back = appointment(hers)
    assert (back.starts_at, back.state, back.version, back.confirmed_at) == (house.on(1, 15), "booked", 3, None)
    assert times.slot(slot_id).state == "free"
    old = times.slot_at(house, 1, 15)
    assert (old.state, old.appointment_id) == ("booked", hers)
    again = times.request(waits.id)
    assert (again.state, again.reason, again.ended_at, again.created_at) == ("waiting", None, None, waits.created_at)
    assert _open(house) == {"another_time"}
    assert [change.what for change in house.rows(VisitChange)] == ["moved", "moved"]
    assert "Booked by phone just now" not in words_of(fran.opens("/waitlist"))
    assert mistaken.TOO_LATE in _undoes(fran, waits.id, 409), "a double click undoes once"
    assert "Wants another time" in words_of(fran.opens("/appointments"))
    house.passes(minutes=11)
    ana.nothing_more()
    _books(fran, slot_id, waits.id)
    assert appointment(hers).starts_at == house.on(2, 9), "and it can be booked again, rightly"


def test_who_had_no_visit_has_none_and_what_it_answered_is_open_again(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H43: the follow-up that the booking had closed waits again."""
    next_visit = captured(house, ana, freda, "book", 10)
    house.clock.passes(minutes=1)
    slot_id, waits = times.put_up(house, fran), times.waits(ana)
    _books(fran, slot_id, waits)
    assert stands(next_visit).disposition == "booked"
    _undoes(fran, waits)
    assert stands(next_visit).disposition == "waiting"
    assert [row.state for row in house.rows(Appointment)] == ["cancelled"]
    assert (times.slot(slot_id).state, times.request(waits).state) == ("free", "waiting")
    assert "enter_in_ehr" not in _open(house)


def test_not_once_somebody_enters_it(house: House, ana: Person, fran: Browser, freda: Colleague) -> None:
    """H45: taken in hand is enough: somebody may type at this moment."""
    hers, slot_id = visit(house, ana, days=4), times.put_up(house, fran)
    waits = times.waits(ana, hers)
    _books(fran, slot_id, waits)
    (task,) = (each for each in freda.sees("front_desk") if each.reason == "enter_in_ehr")
    freda.claims(task)
    assert mistaken.IN_THE_EHR in _undoes(fran, waits, 409)
    assert "Booked by phone just now" not in words_of(fran.opens("/waitlist"))
    assert (appointment(hers).version, times.slot(slot_id).state) == (2, "booked")


def test_not_after_half_an_hour_nor_what_has_changed(house: House, ana: Person, fran: Browser) -> None:
    hers, slot_id = visit(house, ana, days=4), times.put_up(house, fran)
    waits = times.waits(ana, hers)
    _books(fran, slot_id, waits)
    when = {"day": "2026-12-01", "at": "09:00", "which": "", "provider": 1, "location": 1}
    fran.sends(f"/appointments/{hers}", version=2, **when)
    assert mistaken.TOO_LATE in _undoes(fran, waits, 409), "moved on by hand meanwhile"
    assert appointment(hers).starts_at == house.on(8, 9)
    again, later = times.waits(ana, hers), times.put_up(house, fran, hour=11)
    _books(fran, later, again)
    for _ in range(3):
        house.clock.passes(minutes=10)
        fran.opens("/waitlist")  # she stays signed in
    assert mistaken.TOO_LATE in _undoes(fran, again, 409)
    assert appointment(hers).starts_at == house.on(2, 11)


def test_not_where_her_old_hour_is_somebody_elses(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """H47: she keeps the visit that she has; a person finds another way."""
    hers, slot_id = visit(house, ana, days=4), times.put_up(house, fran)
    waits = times.waits(ana, hers)
    _books(fran, slot_id, waits)
    visit(house, rosa, days=4)
    assert mistaken.GIVEN_ON in _undoes(fran, waits, 409)
    assert (appointment(hers).version, times.request(waits).state) == (2, "filled")


def test_not_once_she_was_asked_about_it(house: House, ana: Person, fran: Browser) -> None:
    """P6: she may be about to confirm it."""
    at = house.on(3, 9)
    house.clock.becomes(at - timedelta(hours=48, minutes=5))
    with db.transaction("tests.put_up") as session:
        wanted = putting_up.Wanted(1, 1, None, [at], timedelta(minutes=30))
        slot_id = putting_up.put_up(session, wanted, fran.staff_id)[0]
    waits = times.waits(ana)
    seen = times.seen(slot_id, waits)
    with db.transaction("tests.book") as session:
        filling.book_by_phone(session, seen, fran.staff_id)
    house.clock.passes(minutes=10)
    house.tick()
    ana.reads("Reply 1")
    version = times.request(waits).version
    with pytest.raises(Gone) as refused, db.transaction("tests.undo") as session:
        mistaken.undo(session, waits, version, fran.staff_id)
    assert str(refused.value) == mistaken.WRITTEN_TO


def test_what_a_patient_took_herself_is_not_undone(house: House, ana: Person, fran: Browser) -> None:
    """She has read that it is hers."""
    slot_id, waits = times.put_up(house, fran), times.waits(ana)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waits)))
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("")
    assert times.request(waits).state == "filled"
    assert "Booked by phone just now" not in words_of(fran.opens("/waitlist"))
    assert mistaken.TOO_LATE in _undoes(fran, waits, 409)


def test_two_who_undo_and_one_who_enters_it_at_once(house: House, ana: Person, fran: Browser, freda: Colleague) -> None:
    """P8: one of them wins, and the visit lies where the winner says."""
    hers = visit(house, ana, days=4)
    for _ in range(5):
        slot_id, waits = times.put_up(house, fran), times.waits(ana, hers)
        _books(fran, slot_id, waits)
        (task,) = (each for each in freda.sees("front_desk") if each.reason == "enter_in_ehr")
        version, undone = times.request(waits).version, list[bool]()

        def undo(request: int = waits, seen: int = version, won: list[bool] = undone) -> None:
            try:
                with db.transaction("waitlist.undo") as session:
                    mistaken.undo(session, request, seen, fran.staff_id)
                won.append(True)
            except Gone:
                won.append(False)

        threads = [threading.Thread(target=undo) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(undone) == [False, True]
        assert appointment(hers).starts_at == house.on(4, 15)
        assert times.slot(slot_id).state == "free"
        assert task.id not in {each.id for each in freda.sees("front_desk")}
        fran.sends(f"/waitlist/slots/{slot_id}/take-back", slot_version=times.slot(slot_id).version)
