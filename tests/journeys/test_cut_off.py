"""Questions that were cut off, and answers that waited: nobody is left unasked, nothing stale leaves (H43, H49)."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app import contact_points, db, people
from app.messaging.answers import NotSent, Refused, Result, Unknown, answered
from app.models.outbox import Outbound
from app.outreach import quiet_hours
from app.scheduling import booking
from app.simulator.faults import Fault
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, appointment, phone, visit
from tests.sending.outbox import switch_sending


def _asked(house: House, who: Person, days: int = 2, hour: int = 10) -> int:
    booked = visit(house, who, days, hour)
    house.tick()
    who.reads("Reply 1")
    return booked


def test_switching_sending_on_sends_one_reminder(house: House, ana: Person) -> None:
    switch_sending(house, False)
    visit(house, ana, days=2, hour=10)
    house.tick()
    house.passes(hours=24, minutes=5)
    switch_sending(house, True)
    house.passes(minutes=1)
    ana.reads("Reply 1")
    first = house.rows(Outbound)[0]
    assert (first.state, first.reason) == ("withheld", "question_over")


def test_an_old_automatic_answer_does_not_leave(house: House, ana: Person, fran: Colleague) -> None:
    switch_sending(house, False)
    ana.texts("zxqv blorp")
    house.passes(hours=5)
    switch_sending(house, True)
    house.work()
    ana.nothing_more()
    assert len(fran.sees("front_desk")) == 1, "her words stand there, and say all"


def test_a_new_number_is_asked_too(house: House, ana: Person, nora: Colleague) -> None:
    _asked(house, ana)
    assert ana.patient_id is not None
    with db.transaction("tests.new_number") as session:
        old = contact_points.first_of(session, ana.patient_id)
        assert old is not None
        people.detach_number(session, ana.patient_id, old, nora.id)
        people.attach_number(session, ana.patient_id, "+12025550111", nora.id)
    new = phone(house, "+12025550111")
    house.passes(hours=24, minutes=5)
    new.reads("Reply 1")


def test_stop_and_start_and_she_is_asked_again(house: House, ana: Person) -> None:
    _asked(house, ana)
    ana.texts("STOP")
    ana.texts("START")
    ana.handset.reads()
    house.passes(hours=24, minutes=5)
    ana.reads("Reply 1")


@pytest.mark.parametrize("days", [1, 2])
def test_stop_reaches_a_person_once(house: House, ana: Person, fran: Colleague, days: int) -> None:
    """H49: after the last question nothing would have come any more."""
    _asked(house, ana, days, hour=9)
    ana.texts("STOP")
    ana.handset.reads()
    house.passes(hours=22)
    house.passes(hours=2)
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_opted_out"]


def test_a_past_visit_is_not_confirmed(house: House, ana: Person) -> None:
    booked = _asked(house, ana, days=0, hour=15)
    house.passes(hours=8)
    ana.texts("1")
    ana.handset.reads()
    assert appointment(booked).confirmed_at is None


def test_a_confirmation_of_the_old_time_does_not_leave(house: House, ana: Person, fran: Colleague) -> None:
    booked = _asked(house, ana)
    house.carrier.faults.arm(Fault.TOO_MANY_REQUESTS)
    ana.texts("1")
    with db.transaction("tests.moved_meanwhile") as session:
        assert booking.move(session, booked, 1, house.on(5, 9), 1, 1, fran.id)
    house.passes(minutes=5)
    ana.nothing_more()
    assert [item.reason for item in fran.sees("front_desk")] == ["withheld_appointment_changed"]


def test_a_visit_that_is_soon_and_was_never_asked_about_is_a_persons(house: House, ana: Person) -> None:
    visit(house, ana, days=0, hour=11)
    house.tick()
    ana.nothing_more()
    assert [item.reason for item in house.rows(DeskItem)] == ["confirm_by_phone_too_late"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(302, Unknown("carrier_fault")), (408, Unknown("carrier_fault")), (503, Unknown("carrier_fault")),
     (429, NotSent("too_many_requests")), (400, Refused("21211"))],
)  # fmt: skip
def test_what_the_carriers_answer_means(status: int, expected: Result) -> None:
    """Only a plain refusal is one; a detour or a timeout may have let the text through (HAZARDS F3)."""
    assert answered(status, 21211) == expected


@pytest.mark.parametrize(
    ("opens", "closes", "hour", "quiet"),
    [(8, 20, 7, True), (8, 20, 19, False), (8, 20, 20, True), (8, 0, 23, False), (8, 0, 3, True), (0, 0, 3, False),
     (18, 6, 23, False), (18, 6, 5, False), (18, 6, 12, True)],
)  # fmt: skip
def test_no_hours_are_quiet_for_ever(opens: int, closes: int, hour: int, quiet: bool) -> None:
    at = datetime(2026, 11, 24, hour, tzinfo=UTC)
    opening = quiet_hours.next_opening(at, ZoneInfo("UTC"), time(opens), time(closes))
    assert (opening is not None) == quiet
    assert opening is None or (opening > at and opening.hour == opens)
