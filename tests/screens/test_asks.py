"""After an appointment is moved the page says when its patient is asked, or why somebody must call; so it happens."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from app import db
from app.models.patients import ContactPoint, Patient, PatientContactPoint
from app.models.records import Restoration
from app.scheduling import booking
from tests.house import ZONE, House
from tests.people import Colleague, Person, visit
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.sending.outbox import switch_sending

pytestmark = pytest.mark.of_pages

EVENING, MORNING = time(21), time(10)


def _moved(house: House, desk: Browser, who: Person, days: int, hour: int) -> str:
    """Move her only appointment over the form; what her page then says beside it."""
    booked, desk = visit(house, who, days=9), signed_in_again(house, desk.staff_id)
    when = {"day": house.on(days, hour).date().isoformat(), "at": f"{hour:02}:00", "which": ""}
    odd = {"odd": when["at"]}
    where = desk.sends(f"/appointments/{booked}", version=1, provider=1, location=1, **when, **odd)
    return _says(desk, where)


def _says(desk: Browser, where: str) -> str:
    shown = words_of(desk.opens(where))
    return shown[shown.index("Not confirmed yet") :].partition("Record newest first")[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("now", "days", "hour", "told"),
    [
        (EVENING, 2, 15, "Tue Nov 24, 8:00 AM"),  # due already, but at night nothing goes out
        (EVENING, 2, 10, "Tue Nov 24, 8:00 AM"),  # fell due before the move
        (MORNING, 4, 7, "Wed Nov 25, 8:00 AM"),  # falls due before eight in the morning
        (MORNING, 6, 15, "Fri Nov 27, 3:00 PM"),
    ],
)
def test_the_hour_is_told_at_which_she_is_asked(
    house: House, front_desk: Browser, ana: Person, now: time, days: int, hour: int, told: str
) -> None:
    house.clock.becomes(datetime.combine(house.on(0, 0).date(), now, tzinfo=ZONE))
    assert f"Will be asked by text {told}." in _moved(house, front_desk, ana, days, hour)
    asked_at = datetime.strptime(f"2026 {told}", "%Y %a %b %d, %I:%M %p").replace(tzinfo=ZONE)
    while house.clock.at < asked_at - timedelta(hours=6):
        house.passes(hours=6)
    house.becomes(asked_at - timedelta(minutes=1))
    ana.nothing_more()
    house.becomes(asked_at)
    ana.reads("Reply 1")


def test_what_is_due_is_asked_within_a_minute_and_then_again(house: House, front_desk: Browser, ana: Person) -> None:
    assert "Will be asked by text within a minute." in _moved(house, front_desk, ana, 2, 9)
    house.passes(minutes=1)
    ana.reads("Reply 1")
    address = f"/patients/{ana.patient_id}"
    assert "Will be asked again by text Tue Nov 24, 9:00 AM." in _says(front_desk, address)
    house.becomes(house.on(1, 9))
    ana.reads("Reply 1")
    front_desk = signed_in_again(house, front_desk.staff_id)
    assert "Has been asked by text, and is not asked again." in _says(front_desk, address)
    ana.texts("1")
    ana.reads("confirmed")
    assert "asked" not in words_of(front_desk.opens(address)).partition("Record newest first")[0]


@pytest.mark.parametrize(
    ("stands_against", "told"),
    [
        ("opted out", "Please call: the number asked for no more texts. No text asks about it."),
        ("no number", "Please call: there is no number to text."),
        ("landline", "Please call: the number cannot be texted."),
        ("hushed", "Please call: a nurse has the patient’s words."),
        ("not to be contacted", "Is not asked by text: the patient is not to be contacted."),
    ],
)
def test_when_nothing_will_be_sent_somebody_must_call(
    house: House, front_desk: Browser, ana: Person, stands_against: str, told: str
) -> None:
    _stands_against(house, ana, stands_against)
    assert told in _moved(house, front_desk, ana, 2, 9)
    house.passes(minutes=1)
    ana.nothing_more()


def _stands_against(house: House, ana: Person, what: str) -> None:
    if what == "opted out":
        ana.texts("STOP")
        ana.reads("unsubscribed")
    elif what == "hushed":
        ana.texts("my chest hurts")
        ana.reads("911")
    with db.transaction("tests.against") as session:
        session.get_one(Patient, ana.patient_id).do_not_contact = what == "not to be contacted"
        point = session.scalars(select(ContactPoint)).one()
        point.cannot_text = "landline" if what == "landline" else None
        if what == "no number":
            session.execute(delete(PatientContactPoint))


@pytest.mark.parametrize(("now", "days", "hour"), [(MORNING, 0, 11), (EVENING, 1, 9)])
def test_a_visit_that_is_too_near_is_asked_about_by_telephone(
    house: House, front_desk: Browser, nora: Colleague, ana: Person, now: time, days: int, hour: int
) -> None:
    house.clock.becomes(datetime.combine(house.on(0, 0).date(), now, tzinfo=ZONE))
    told = _moved(house, front_desk, ana, days, hour)
    assert "Please call: " in told
    assert "too near to ask by text" in told
    house.tick()
    assert [item.reason for item in nora.sees("front_desk")] == [
        "confirm_by_phone_too_late" if now == MORNING else "confirm_by_phone_quiet_hours"
    ]


@pytest.mark.parametrize("why", ["switched off", "restored"])
def test_while_texts_stand_still_somebody_must_call(house: House, front_desk: Browser, ana: Person, why: str) -> None:
    if why == "restored":
        with db.transaction("tests.restored") as session:
            session.add(Restoration(backed_up_at=house.clock(), restored_at=house.clock()))
        told = "Please call: the record was restored from a backup."
    else:
        switch_sending(house, on=False)
        house.work()
        told = "Please call: texts do not leave as they should just now."
    assert told in _moved(house, front_desk, ana, 2, 9)


def test_a_hush_may_be_over_and_another_question_may_be_answered_by_then(
    house: House, front_desk: Browser, nurse: Browser, ana: Person
) -> None:
    address = f"/patients/{ana.patient_id}"
    visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    with db.transaction("tests.second") as session:
        booking.book(session, ana.patient_id or 0, 1, 1, house.on(2, 9, 30), None)
    house.clock.passes(minutes=11)
    house.work()
    shown = words_of(front_desk.opens(address))
    assert "asked by text Tue Nov 24, 8:00 AM, or later, once another question to this number is answered" in shown
    ana.texts("I feel dizzy")
    ana.reads("A nurse")
    with db.transaction("tests.third") as session:
        booking.book(session, ana.patient_id or 0, 1, 1, house.on(5, 15), None)
    told = "Will be asked by text Thu Nov 26, 3:00 PM, or later, once no nurse has the patient’s words any more."
    assert told in words_of(front_desk.opens(address))
