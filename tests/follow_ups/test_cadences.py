"""Follow-ups run along their cadence: asked at the right time, answered on any step, ended by a person (P5, P6, P9)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import delete, update

from app import db, people
from app.library import versions
from app.models.appointments import OutreachStep
from app.models.conversations import Conversation
from app.models.cover import OpenHours
from app.models.patients import Patient
from app.outreach import loops
from app.scheduling import booking
from dialogs.engine import cadences, files, rules_cadences
from dialogs.engine.model import DialogFaults
from escalation_desk.models import DeskItem
from tests.dialogs.shipped import DIALOGS
from tests.follow_ups.capturing import books, captured, stands, tasks
from tests.house import House
from tests.people import Colleague, Person, appointment, visit

SHIPPED = files.read_cadences() or ""


def test_an_order_is_asked_after_twice_and_then_a_person_has_it(house: House, ana: Person, fran: Colleague) -> None:
    order = captured(house, ana, fran, "lab", 3)
    house.becomes(house.on(3, 9, 59))
    ana.nothing_more()
    house.becomes(house.on(0, 10, 1))
    ana.reads("an order from your visit with us is still open", "Reply 1")
    for _ in range(5):
        house.passes(minutes=11)
    ana.nothing_more()
    house.passes(days=6, hours=23, minutes=10)
    ana.reads("an order from your visit with us is still open")
    house.passes(days=13)
    ana.nothing_more()
    assert tasks(house) == []
    house.passes(days=1, hours=1)
    ana.nothing_more()
    assert tasks(house) == [("front_desk", "follow_up_lab", "open")]
    assert (stands(order).attempts, stands(order).disposition, stands(order).reason) == (2, "with_person", "unanswered")


def test_rosa_is_asked_in_spanish_and_her_answer_is_a_persons_before_the_next_step(
    house: House, rosa: Person, fran: Colleague
) -> None:
    order = captured(house, rosa, fran, "lab", 1)
    house.becomes(house.on(1, 10, 1))
    rosa.reads("una orden de su cita con nosotros sigue pendiente", "Responda 1")
    rosa.texts("1")
    rosa.reads("Una persona lo va a revisar")
    house.passes(minutes=11)
    assert (stands(order).disposition, stands(order).reason) == ("with_person", "answered")
    house.passes(days=20)
    rosa.nothing_more()
    (item,) = fran.sees("front_desk")
    assert item.reason == "says_done"
    fran.settles(item)
    house.passes(days=8)
    assert tasks(house) == [("front_desk", "follow_up_lab", "open")], "closed on the desk, still open: asked after"


def test_a_visit_booked_meanwhile_takes_back_what_waits_and_ends_the_question(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H43, H47: nobody reads “no visit in our book” about a visit that is there."""
    next_visit = captured(house, ana, fran, "book", 10)
    house.becomes(house.on(1, 9))
    ana.reads("we have no visit in our book yet")
    books(house, ana, 9)
    assert stands(next_visit).disposition == "booked"
    assert [(row.state, row.ended_as) for row in house.rows(Conversation)] == [("ended", "done_meanwhile")]
    house.passes(days=5)
    ana.nothing_more()
    ana.texts("1")
    ana.reads("We got your message")


def test_what_waited_in_the_outbox_does_not_leave_once_it_is_over(house: House, ana: Person, fran: Colleague) -> None:
    order = captured(house, ana, fran, "lab", 1)
    house.clock.becomes(house.on(1, 10, 1))
    assert loops.look_due() == 1
    with db.transaction("tests.close") as session:
        assert loops.close(session, order, 1, "done", fran.id, None)
    house.work()
    ana.nothing_more()


def test_nobody_is_texted_about_what_was_noted_while_she_stood_at_the_desk(
    house: House, ana: Person, fran: Colleague
) -> None:
    captured(house, ana, fran, "book", 5)
    house.passes(hours=9)
    ana.nothing_more()
    house.becomes(house.on(1, 8))
    ana.reads("we have no visit in our book yet")


def test_who_did_not_come_is_asked_the_same_day_and_three_days_later(
    house: House, ana: Person, fran: Colleague
) -> None:
    missed = visit(house, ana, days=0, hour=12)
    _confirmed(missed)
    house.clock.passes(hours=3)
    with db.transaction("tests.missed") as session:
        loops.came(session, missed, "missed", fran.id)
    house.tick()
    ana.reads("we did not see you at your visit on Monday, November 23")
    house.passes(days=3)
    ana.reads("we did not see you")
    ana.texts("1")
    ana.reads("Our staff will contact you to find a time")
    house.passes(minutes=11)
    assert stands(1).disposition == "with_person"
    assert [item.reason for item in fran.sees("front_desk")] == ["wants_visit"]


# --- allowed? ---


def test_one_talk_a_day_and_three_a_week_begin_with_a_number_and_what_a_visit_finds_no_room_for_is_a_call(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H52: whatever it is about; the fourth waits until the first is a week old."""
    for kind, days in (("lab", 1), ("referral", 1), ("recall_lapsed", 1), ("lab", 4)):
        captured(house, ana, fran, kind, days)
    house.becomes(house.on(1, 10, 1))
    for question, answer in (("order", "1"), ("referred", "1"), ("not seen you", "3")):
        ana.reads(question)
        ana.texts(answer)
        ana.reads("A person will")
        house.passes(minutes=30)
        ana.nothing_more()
        house.passes(hours=23, minutes=30)
    booked = visit(house, ana, days=1, hour=9)
    house.tick()
    assert [row.reason for row in house.rows(OutreachStep) if row.state == "waiting"] == ["budget", "budget"]
    house.passes(hours=3, minutes=30)
    assert [item.reason for item in house.rows(DeskItem) if item.appointment_id == booked] == [
        "confirm_by_phone_budget"
    ]
    _confirmed(booked)
    house.passes(days=3)
    ana.nothing_more()
    house.passes(hours=23)
    ana.reads("an order from your visit")


def test_a_question_about_a_visit_that_is_near_comes_before_all_others(
    house: House, ana: Person, fran: Colleague
) -> None:
    captured(house, ana, fran, "lab", 1)
    booked = visit(house, ana, days=3, hour=9)
    house.becomes(house.on(1, 10, 1))
    ana.reads("your visit is Thursday")
    ana.nothing_more()
    assert [(row.state, row.reason) for row in house.rows(OutreachStep) if row.follow_up_id] == [
        ("waiting", "visit_first")
    ]
    ana.texts("1")
    ana.reads("confirmed")
    assert appointment(booked).confirmed_at is not None
    house.becomes(house.on(1, 10, 1))
    ana.reads("an order from your visit with us is still open")


@pytest.mark.parametrize(("stands_against", "reason"), [("opted_out", "opted_out"), ("landline", "cannot_text")])
def test_who_cannot_be_texted_is_a_persons_when_the_step_is_due(
    house: House, ana: Person, fran: Colleague, stands_against: str, reason: str
) -> None:
    from app.models.patients import ContactPoint

    order = captured(house, ana, fran, "lab", 1)
    values = {"opted_out_at": house.clock()} if stands_against == "opted_out" else {"cannot_text": "landline"}
    with db.transaction("tests.shut") as session:
        session.execute(update(ContactPoint).values(**values))
    house.becomes(house.on(1, 10, 1))
    ana.nothing_more()
    assert tasks(house) == [("front_desk", "follow_up_lab", "open")]
    assert stands(order).reason == reason


def test_an_unanswered_confirmation_becomes_a_call_before_the_visit_and_her_answer_ends_it(
    house: House, ana: Person, fran: Colleague
) -> None:
    """The ladder of a visit: asked, asked again, then a person; and who confirms late is not called."""
    booked = visit(house, ana, days=2, hour=15)
    house.passes(hours=6)
    ana.reads("Reply 1")
    house.becomes(house.on(1, 15, 1))
    ana.reads("Reply 1")
    house.passes(hours=3, minutes=50)
    assert fran.sees("front_desk") == []
    house.passes(minutes=15)
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_unanswered"]
    house.passes(minutes=15)
    assert len(house.rows(DeskItem)) == 1
    ana.texts("1")
    ana.reads("confirmed")
    assert appointment(booked).confirmed_at is not None
    assert fran.sees("front_desk") == []


def test_an_acute_visit_is_asked_about_on_its_day(house: House, ana: Person, fran: Colleague) -> None:
    assert ana.patient_id is not None
    with db.transaction("tests.acute") as session:
        booking.book(session, ana.patient_id, 1, 1, house.on(1, 14), None, visit_type="acute")
    house.becomes(house.on(0, 14, 1))
    ana.reads("your visit is Tuesday")
    house.becomes(house.on(1, 10, 1))
    ana.reads("your visit is today")
    house.becomes(house.on(0, 12, 1))
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_unanswered"]


# --- check-ins ---


def test_after_a_procedure_a_nurse_calls_while_the_calendar_is_empty_and_she_is_texted_once_somebody_reads(
    house: House, ana: Person, rosa: Person, fran: Colleague, nora: Colleague
) -> None:
    """DESIGN 5: no check-in goes out unless the calendar says that somebody reads the answer."""
    with db.transaction("tests.no_hours") as session:
        session.execute(delete(OpenHours))
    _seen(house, ana, fran)
    house.passes(hours=26)
    ana.nothing_more()
    assert tasks(house) == [("nurses", "follow_up_check_in", "open")]
    nora.settles(nora.sees()[0])
    with db.transaction("tests.hours") as session:
        session.add_all([OpenHours(weekday=day, opens=time(8), closes=time(18)) for day in range(7)])
    _seen(house, rosa, fran)
    house.passes(hours=24)
    rosa.reads("¿Va todo como le dijeron que iba a ir?")
    rosa.texts("no")
    rosa.reads("911")
    assert [item.reason for item in nora.sees()] == ["health_answer"]
    house.passes(days=9)
    rosa.nothing_more()


def _seen(house: House, who: Person, by: Colleague) -> None:
    """She had a procedure an hour ago."""
    assert who.patient_id is not None
    with db.transaction("tests.procedure") as session:
        done = booking.book(
            session, who.patient_id, 1, 1, house.clock() - timedelta(hours=1), None, visit_type="procedure"
        ).id
        assert loops.came(session, done, "seen", by.id)


# --- the file ---


def test_the_shipped_cadences_are_sound_and_use_the_scripts() -> None:
    parsed = cadences.parse(SHIPPED)
    assert rules_cadences.check(parsed, DIALOGS) == []
    said = {step.says for ladders in parsed.ladders.values() for steps in ladders.values() for step in steps}
    assert {"confirm", "confirm_today", "book_follow_up", "lab_outstanding", "referral_followthrough", "recall_chronic",
            "recall_lapsed", "no_show", "callback", "post_visit_checkin_24h", "post_visit_checkin_72h",
            "post_visit_checkin_7d"} <= said  # fmt: skip


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('  { when = "20h before", gives_to = "front_desk" },\n]\n\n[confirm.procedure]', "]\n\n[confirm.procedure]",
         "the last step must give the matter to a person"),
        ('"24h before", says = "confirm" },\n  { when = "22h', '"50h before", says = "confirm" },\n  { when = "22h',
         "the steps must follow one another in time"),
        ('says = "callback"', 'calls = "callback"', "not everybody may be rung"),
        ('says = "callback"', 'says = "callback", calls = "callback"', "please write one of them"),
        ('says = "lab_outstanding"', 'says = "confirm"', "“confirm” is about an appointment"),
        ('says = "lab_outstanding"', 'says = "lab_outstandig"', "is no dialog of this folder"),
        ('says = "lab_outstanding"', 'says = "post_visit_checkin_7d"', "asks about health"),
        ('when = "due", says = "lab', 'when = "soon", says = "lab', "“when” must be"),
        ("a_day = 1", "a_day = 0", "must be a number from 1 to 20"),
        ("[callback.any]", "[callback.routine]", "there is no part [callback.any]"),
        ('when = "9d after", gives_to = "nurses"', 'when = "9d after", gives_to = "front_desk"', "is a nurse's"),
        ("signed_on = 2026-11-22", 'signed_on = "soon"', "“signed_on” must be a day"),
        ("[lab.any]", "[lap.any]", "“lap” is not a word of this grammar"),
    ],
)  # fmt: skip
def test_cadences_that_forget_somebody_are_refused_in_a_sentence(was: str, becomes: str, told: str) -> None:
    assert was in SHIPPED
    try:
        faults = rules_cadences.check(cadences.parse(SHIPPED.replace(was, becomes, 1)), DIALOGS)
    except DialogFaults as error:
        faults = error.faults
    assert told in "\n".join(map(str, faults))


def test_new_cadences_count_from_their_activation(house: House, ana: Person, fran: Colleague) -> None:
    """Versioned like dialogs: what is in force is in the database, and what is open goes by it at once."""
    captured(house, ana, fran, "lab", 3)
    house.passes(minutes=1)
    sooner = SHIPPED.replace('when = "due", says = "lab_outstanding"', 'when = "1d before", says = "lab_outstanding"')
    from app.outreach import follow_ups

    with db.transaction("tests.cadences") as session:
        proved = versions.Proved({cadences.NAME: sooner})
        assert versions.activate(session, proved, "Dr. Chen") == ["cadences v2"]
        follow_ups.look_at_all_again(session)
    house.becomes(house.on(2, 10, 1))
    ana.reads("an order from your visit with us is still open")


def test_in_the_night_before_the_clocks_change_nobody_is_texted_and_no_day_is_lost(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H44, H52: the Sunday on which the clocks go forward, 14 March 2027."""
    house.clock.at = datetime(2027, 3, 12, 15, tzinfo=UTC)
    captured(house, ana, fran, "lab", 2)
    for _ in range(60):
        house.passes(hours=1)
        if house.clock.at < datetime(2027, 3, 14, 15, tzinfo=UTC):
            ana.nothing_more()
    ana.reads("an order from your visit with us is still open")
    (begun,) = house.rows(Conversation)
    assert begun.created_at.replace(minute=0) == datetime(2027, 3, 14, 15, tzinfo=UTC), "ten in the morning, daylight"


def _confirmed(appointment_id: int) -> None:
    with db.transaction("tests.confirmed") as session:
        assert booking.confirm(session, appointment_id, 1, "patient")


def test_a_death_takes_back_the_question(house: House, ana: Person, fran: Colleague) -> None:
    """H32: nothing is said for it after that commit, and nothing is asked later."""
    order = captured(house, ana, fran, "lab", 1)
    house.clock.becomes(house.on(1, 10, 1))
    loops.look_due()
    with db.transaction("tests.died") as session:
        version = session.get_one(Patient, ana.patient_id).version
        assert people.mark_deceased(session, ana.patient_id or 0, version, house.on(0, 0).date(), fran.id)
    house.work()
    house.passes(days=30)
    ana.nothing_more()
    assert stands(order).disposition == "deceased"
