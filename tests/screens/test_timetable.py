"""What goes out today, what is held and why, and for each follow-up why she was, or was not, asked."""

import pytest

from app import db
from app.models.follow_ups import FollowUp
from app.outreach import pauses
from app.simulator.faults import Fault
from tests.follow_ups.capturing import captured
from tests.house import House
from tests.people import ANAS, Colleague, Person, patient, visit
from tests.screens.desk import Browser, signed_in_again, words_of

pytestmark = pytest.mark.of_pages


def test_what_is_held_is_shown_with_its_reason_and_so_is_each_step_of_a_follow_up(
    house: House, front_desk: Browser, nora: Colleague, ana: Person
) -> None:
    captured(house, ana, nora, "lab", 1)
    visit(house, ana, days=3, hour=9)
    house.becomes(house.on(1, 10, 1))
    ana.reads("your visit is Thursday")
    desk = signed_in_again(house, front_desk.staff_id)
    today = words_of(desk.opens("/outreach"))
    held, asked = today.index("Held back just now"), today.index("Asked today")
    assert "Ana López Labs or another order A question about a visit that is near comes first" in today[held:asked]
    assert "Ana López Confirm the visit Waits for an answer" in today[asked:]
    page = words_of(desk.opens("/follow-ups/1"))
    assert "A text asks Held back: a question about a visit that is near comes first" in page
    assert "A task for the front desk To come, if nothing stands against it" in page
    ana.texts("1")
    ana.reads("confirmed")
    house.becomes(house.on(1, 10, 1))
    ana.reads("an order from your visit")
    ana.texts("1")
    ana.reads("A person will check it")
    house.passes(minutes=11)
    desk = signed_in_again(house, front_desk.staff_id)
    assert "A text asks Asked: says that it is done" in words_of(desk.opens("/follow-ups/1"))
    today = words_of(desk.opens("/outreach"))
    assert "Held back just now, and why nothing" in today
    assert "Labs or another order Says that it is done" in today
    (row,) = house.rows(FollowUp)
    desk.sends("/follow-ups/1/close", version=row.version, disposition="done", note="Seen in the record")
    page = words_of(desk.opens("/follow-ups/1"))
    assert "A text asks Asked: says that it is done" in page, "what was done stays told when it is closed"
    assert "A task for the front desk Left out: it was closed before" in page


def test_what_falls_due_within_a_day_is_told_beforehand(
    house: House, front_desk: Browser, nora: Colleague, ana: Person
) -> None:
    visit(house, ana, days=3, hour=9)
    captured(house, ana, nora, "lab", 1)
    house.tick()
    today = words_of(front_desk.opens("/outreach"))
    coming = today[today.index("Due within a day") :]
    assert "Tue Nov 24, 9:00 AM Ana López Confirm the visit Asked by text" in coming
    assert "Tue Nov 24, 10:00 AM Ana López Labs or another order Asked by text" in coming
    ana.texts("STOP")
    ana.reads("You are unsubscribed")
    today = words_of(front_desk.opens("/outreach"))
    coming = today[today.index("Due within a day") :]
    assert "Asked by text" not in coming
    assert "Confirm the visit No text: the number asked for no more texts" in coming
    ana.texts("START")
    ana.reads("resubscribed")
    with db.transaction("tests.stop") as session:
        pauses.begin(session, pauses.EVERYTHING, "A test", nora.id)
    assert "Confirm the visit Held: a manager has stopped such texts" in words_of(front_desk.opens("/outreach"))


def test_whoever_is_asked_together_on_one_phone_stands_there_each(
    house: House, front_desk: Browser, ana: Person
) -> None:
    sam = patient(house, "Sam López", ANAS)
    visit(house, ana, days=1, hour=9)
    visit(house, sam, days=1, hour=10)
    house.tick()
    ana.reads("Sam")
    page = words_of(front_desk.opens("/outreach"))
    asked = page[page.index("Asked today") : page.index("Due within a day")]
    assert asked.count("Ana López Confirm the visit Waits for an answer") == 1
    assert asked.count("Sam López Confirm the visit Waits for an answer") == 1


def test_what_did_not_arrive_and_what_people_have_is_told_by_owner(
    house: House, front_desk: Browser, nurse: Browser, ana: Person, rosa: Person
) -> None:
    """Nothing of today is only in the record; why something is on the nurses' list is not the front desk's to read."""
    page = words_of(front_desk.opens("/outreach"))
    assert "With people now nothing" in page
    assert "Did not arrive today nothing" in page
    visit(house, ana, days=1, hour=9)
    house.carrier.faults.arm(Fault.LANDLINE)
    house.passes(minutes=2)
    rosa.texts("my knee is swollen")
    rosa.reads("911")
    house.clock.passes(minutes=5)
    desk, nurses = (signed_in_again(house, who.staff_id) for who in (front_desk, nurse))
    page = words_of(desk.opens("/outreach"))
    assert "Ana López (202) 555-" in page[page.index("Did not arrive today 1") :]
    assert "The number is a landline" in page
    assert "Nurses 1 open, the oldest for 5 min Front desk 1 open" in page
    assert "1 × a text was not delivered: the number is a landline" in page
    assert "1 × words of a patient" not in page
    assert "Nurses 1 open, the oldest for 5 min 1 × words of a patient" in words_of(nurses.opens("/outreach"))


def test_the_cadences_are_readable_as_timetables(house: House, nurse: Browser) -> None:
    page = words_of(nurse.opens("/cadences"))
    assert "Signed by nobody yet: the cadences that Handrail was shipped with, 2026-11-22; version 1" in page
    assert "At most 1 talk a day and 3 in seven days begin with one number." in page
    assert (
        "Confirm the visit all other visits 2 days before Asks by text: Confirm an appointment "
        "1 day before Asks by text: Confirm an appointment "
        "22 hours before Asks by a call, whoever agreed to that: Confirm an appointment "
        "20 hours before Gives it to the front desk"
    ) in page
    assert "Labs or another order whatever the visit" in page
    assert page.index("Book the next visit procedures") < page.index("Book the next visit all other visits")
    assert "Check-in after the visit procedures 1 day after Asks by text: Check in a day after the visit" in page
