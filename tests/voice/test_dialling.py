"""Dialling: all is looked at when a call is made; none is made twice; each comes to an end (P5, H27, H48, H53)."""

import pytest
from sqlalchemy import text

from app import db
from app.models.calls import OutgoingCall
from app.outreach import reminders
from app.scheduling import booking
from app.simulator.faults import Fault
from tests.house import House
from tests.people import Colleague, Person, appointment, patient, visit
from tests.voice.test_identity import RIGHT
from tests.voice.test_outgoing import rung, states


def test_one_call_a_second_and_two_at_once(house: House, ana: Person, rosa: Person, stranger: Person) -> None:
    """TWILIO 5.5: what the carrier cannot ring now it would ring at night."""
    for who in (ana, rosa):
        who.agrees_to_calls()
        visit(house, who)
    house.tick()
    assert [ana.rings(), rosa.rings()].count(True) == 1
    house.tick()
    assert [ana.rings(), rosa.rings()].count(True) == 1
    house.passes(seconds=1)
    assert ana.rings()
    assert rosa.rings()


def test_whoever_is_passed_on_to_the_practice_holds_a_line(house: House, ana: Person, rosa: Person) -> None:
    """TWILIO 5.5: each leg outwards counts, whoever began the call."""
    luis = patient(house, "Luis Prado", "+12025550177")
    house.carrier.books.other_side = "completed"
    ana.calls()
    ana.presses("1")
    ana.presses("0")
    ana.hears("you talk with a person")
    for who in (rosa, luis):
        who.agrees_to_calls()
        visit(house, who)
    house.tick()
    house.passes(seconds=5)
    assert [rosa.rings(), luis.rings()].count(True) == 1
    ana.hangs_up()
    house.passes(seconds=5)
    assert [rosa.rings(), luis.rings()] == [True, True]


@pytest.mark.parametrize("against", ["opt_out", "cancelled", "night", "hush"])
def test_everything_is_looked_at_when_it_is_dialled_not_when_it_was_queued(
    house: House, ana: Person, rosa: Person, against: str
) -> None:
    """H27: her call waits behind another one; what changes meanwhile counts."""
    for who in (rosa, ana):
        who.agrees_to_calls()
    visits = [visit(house, who, days=2, hour=17) for who in (ana, rosa)]
    house.becomes(house.on(0, 19, 59))
    waiting, other = (ana, rosa) if rosa.rings() else (rosa, ana)
    assert other.rings()
    changes(house, waiting, visits[0 if waiting is ana else 1], against)
    house.passes(minutes=5)
    assert not waiting.rings()
    row = next(row for row in house.rows(OutgoingCall) if row.patient_id == waiting.patient_id)
    assert row.carrier_id is None
    if against == "night":
        assert row.state == "queued"
        house.becomes(house.on(1, 8))
        assert waiting.rings()


def changes(house: House, who: Person, booked: int, against: str) -> None:
    """What speaks against ringing her, coming about while her call waits."""
    match against:
        case "opt_out":
            who.texts("STOP")
        case "hush":
            who.texts("my chest hurts")
        case "night":
            house.clock.passes(minutes=1)
        case _:
            with db.transaction("tests.cancel") as session:
                assert booking.cancel(session, booked, 1, staff_id=1)
    who.handset.reads()


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER_ACCEPT, Fault.TRUNCATED_ANSWER, Fault.RESET_AFTER_ACCEPT])
def test_a_call_that_may_have_been_made_is_never_made_again(house: House, ana: Person, fault: Fault) -> None:
    """H48: it is looked for, as texts are; here it rings."""
    house.carrier.faults.arm(fault)
    ana.agrees_to_calls()
    visit(house, ana)
    house.tick()
    assert ana.rings()
    house.passes(seconds=5)
    assert len(house.carrier.state.calls) == 1
    ana.answers()
    ana.presses("1")
    ana.hears("First we check")
    assert states(house)[0][0] == "answered"  # the token in our address proved that it is this one


def test_a_call_in_doubt_that_nobody_reports_is_found_in_the_list(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT)
    house.carrier.faults.arm(Fault.REPORTS_LOST)
    rung(house, ana)
    ana.declines()
    assert states(house) == [("unknown", None)]
    house.passes(minutes=3)
    assert states(house) == [("busy", "not_reached")]
    assert len(house.carrier.state.calls) == 1


def test_a_call_in_doubt_that_was_never_made_is_a_persons(house: House, ana: Person, fran: Colleague) -> None:
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    ana.agrees_to_calls()
    visit(house, ana)
    house.tick()
    for _ in range(3):
        house.passes(minutes=4)
    assert [task.reason for task in fran.sees("front_desk")] == ["call_unknown"]
    assert not house.carrier.state.calls


@pytest.mark.parametrize(
    "fault", [Fault.REPORTS_TWICE, Fault.REPORTS_REVERSED, Fault.REPORTS_LOST, Fault.LAST_REPORT_LOST]
)
def test_reports_come_twice_in_any_order_or_never(house: House, ana: Person, fault: Fault) -> None:
    """H53: forward only; what is never reported is asked for."""
    house.carrier.faults.arm(fault)
    booked = rung(house, ana)
    ana.answers()
    for keys in ("1", RIGHT, "1"):
        ana.presses(keys)
    ana.hangs_up()
    house.passes(minutes=3)
    house.passes(minutes=2)
    assert states(house) == [("completed", "talk")]
    assert appointment(booked).confirmed_at is not None


def test_one_that_is_cancelled_while_it_waits_is_noticed_though_nobody_reports_it(house: House, ana: Person) -> None:
    """TWILIO 5.2: the carrier has it queued, and would ring her whenever it can; it is taken back."""
    ana.agrees_to_calls()
    visit(house, ana)
    house.carrier.faults.arm(Fault.CALL_WAITS)
    house.tick()
    house.passes(minutes=3)
    (call,) = house.carrier.state.calls.values()
    assert call.status == "canceled"
    assert states(house) == [("canceled", "not_reached")]


def test_a_busy_carrier_is_asked_again_and_later(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.TOO_MANY_REQUESTS)
    ana.agrees_to_calls()
    visit(house, ana)
    house.tick()
    assert not ana.rings()
    house.passes(seconds=16)
    assert ana.rings()


def test_nobody_is_rung_whose_number_cannot_be_opened_and_a_person_has_it(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    """H61: one broken row holds up no other."""
    for who in (ana, rosa):
        who.agrees_to_calls()
        visit(house, who, days=2, hour=10)
    reminders.begin_due()
    with db.transaction("tests.break") as session:
        session.execute(text("update contact_point set number = :broken where id = 1"), {"broken": b"broken"})
    house.passes(seconds=1)
    assert rosa.rings()
    assert [task.reason for task in fran.sees("front_desk")] == ["call_withheld_could_not_be_asked"]
