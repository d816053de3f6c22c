"""A text whose end nobody reported is asked about: an answer that never arrived does not look as if it had (H21)."""

import pytest
from sqlalchemy import text, update

from app import crash, db, timeline
from app.delivery import unreported
from app.models.outbox import DeliveryEvent, Outbound
from app.simulator import delivery
from app.simulator.faults import Fault
from app.watchers import sweeper
from tests.house import House
from tests.people import ANAS, ROSAS, Colleague, Person
from tests.sending.outbox import accepted, carrier_down, row, write

pytestmark = pytest.mark.slow


def unreported_text(house: House, number: str = ANAS, body: str = "Hello", *, sent: bool = True) -> int:
    """A reply that the carrier took and passed on, or only took; it says nothing by itself, and knows no end yet."""
    house.carrier.faults.arm(Fault.REPORTS_LOST)
    row_id = write(house, number, "reply", body)
    sweeper.sweep(house.gateway, house.settings)
    if sent:
        assert delivery.move_one(house.carrier.books, only_due=False)
    return row_id


def asks(house: House, *pauses: float) -> list[tuple[str, int]]:
    """Ask after each pause (minutes): what the row is then, and how often it was asked for in vain."""
    seen = []
    for minutes in pauses:
        house.clock.passes(minutes=minutes)
        unreported.ask(house.gateway)
        seen.append((row(1).state, row(1).looked_for))
    return seen


def reasons(colleague: Colleague) -> list[str]:
    return [item.reason for item in colleague.sees("front_desk")]


# --- The carrier knows the end ----------------------------------------------------------------------------------------


def test_an_answer_that_never_arrived_brings_its_item_back_though_the_report_was_lost(
    house: House, ana: Person, nora: Colleague
) -> None:
    ana.texts("my chest hurts")
    (item,) = nora.sees()
    nora.claims(item)
    nora.reads_all(item)
    house.carrier.handset(ANAS, kind="dead")
    house.carrier.faults.arm(Fault.LAST_REPORT_LOST)
    nora.replies(item, "Please call us.", "a-form-of-the-tests")
    nora.closes(item, "answered_by_text")
    assert not nora.sees()
    house.passes(minutes=9)
    assert not nora.sees()
    house.passes(minutes=2)
    (back,) = nora.sees()
    assert (back.id, back.cannot_text) == (item.id, True)
    ana.reads("911")


@pytest.mark.parametrize("fault", [Fault.REPORTS_LOST, Fault.LAST_REPORT_LOST])
def test_an_answer_that_arrived_is_known_to_have(house: House, ana: Person, fault: Fault) -> None:
    house.carrier.faults.arm(fault)
    sent = write(house, ANAS, "reply")
    house.work()
    assert row(sent).state in ("accepted", "sent")
    house.passes(minutes=11)
    assert (row(sent).state, row(sent).looked_for) == ("delivered", 0)
    assert [event.status for event in house.rows(DeliveryEvent, DeliveryEvent.outbound_id == sent)][-1] == "delivered"
    ana.reads("Hello")


def test_a_redacted_text_is_asked_about_like_any_other(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.LIST_REDACTED)
    house.carrier.faults.arm(Fault.REPORTS_LOST)
    sent = write(house, ANAS, "reply")
    house.work()
    house.passes(minutes=11)
    assert row(sent).state == "delivered"
    ana.reads("Hello")


def test_a_report_that_comes_after_all_counts_once(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.REPORTS_LATE, seconds=3600)
    sent = write(house, ANAS, "reply")
    house.work()
    house.passes(minutes=11)
    assert row(sent).state == "delivered"
    house.passes(hours=2)
    assert row(sent).state == "delivered"
    ana.reads("Hello")


def test_one_that_was_in_doubt_before_is_asked_about_as_often(house: House, ana: Person) -> None:
    """It was looked for in the list once in vain; then a report of its way came, and none of its end."""
    house.carrier.faults.arm(Fault.LIST_LATE, seconds=200)
    house.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT)
    house.carrier.faults.arm(Fault.LAST_REPORT_LOST)
    doubtful = write(house, ANAS, "reply")
    sweeper.sweep(house.gateway, house.settings)
    house.passes(minutes=2)
    assert (row(doubtful).state, row(doubtful).looked_for) == ("sent", 0)
    house.passes(minutes=11)
    assert row(doubtful).state == "delivered"
    ana.reads("Hello")


# --- It does not know either ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "accepted"])
def test_what_has_no_end_is_asked_about_three_times_and_then_told_once(
    house: House, ana: Person, fran: Colleague, sent: bool
) -> None:
    """A carrier without receipts is not asked for ever; a person hears of it, and nothing is texted again."""
    unreported_text(house, sent=sent)
    state = "sent" if sent else "accepted"
    assert asks(house, 9, 2, 60, 60, 8 * 60, 70, 60)[1:] == [(state, times) for times in (1, 1, 2, 2, 3, 3)]
    for _ in range(3):
        sweeper.sweep(house.gateway, house.settings)
        assert reasons(fran) == ["never_reported"]
        assert asks(house, 24 * 60) == [(state, 3)]
    assert accepted(house) == ["Hello"]
    house.carrier.pump()
    if sent:
        ana.reads("Hello")


def test_what_the_carrier_says_of_its_way_counts(house: House, ana: Person) -> None:
    unreported_text(house)
    assert row(1).state == "accepted"
    assert asks(house, 11) == [("sent", 1)]
    house.carrier.pump()
    assert asks(house, 120) == [("delivered", 1)]
    ana.reads("Hello")


def test_a_question_has_its_own_next_step(house: House, ana: Person, fran: Colleague) -> None:
    """Who does not answer outreach is asked again, or by telephone."""
    unreported_text(house)
    with db.transaction("tests.outreach") as session:
        session.execute(update(Outbound).values(message_class="outreach"))
    asks(house, 11, 120, 10 * 60, 60)
    sweeper.sweep(house.gateway, house.settings)
    assert not reasons(fran)
    house.carrier.pump()
    ana.reads("Hello")


def test_a_text_that_the_carrier_has_no_more_is_told_of(house: House, ana: Person, fran: Colleague) -> None:
    house.carrier.faults.arm(Fault.REPORTS_LOST)
    sent = write(house, ANAS, "reply")
    house.work()
    carrier_id = row(sent).carrier_id
    assert carrier_id is not None
    house.carrier.books.record("delete", sid=carrier_id)
    assert asks(house, 11, 120, 10 * 60) == [("accepted", times) for times in (1, 2, 3)]
    house.work()
    assert reasons(fran) == ["never_reported"]
    ana.reads("Hello")


# --- It cannot be asked -----------------------------------------------------------------------------------------------


def test_a_carrier_that_cannot_be_asked_is_asked_again(house: House, ana: Person) -> None:
    unreported_text(house)
    house.carrier.pump()
    house.clock.passes(minutes=11)
    with carrier_down(house):
        assert unreported.ask(house.gateway) == 0
    assert (row(1).state, row(1).looked_for) == ("accepted", 0)
    assert unreported.ask(house.gateway) == 1
    assert row(1).state == "delivered"
    ana.reads("Hello")


def test_a_carrier_that_cannot_be_asked_for_a_day_leaves_nothing_hidden(
    house: House, ana: Person, fran: Colleague
) -> None:
    house.carrier.faults.arm(Fault.LAST_REPORT_LOST)
    write(house, ANAS, "reply")
    house.work()
    with carrier_down(house):
        assert asks(house, 11, 23 * 60) == [("sent", 0)] * 2
        sweeper.sweep(house.gateway, house.settings)
        assert not reasons(fran)
        asks(house, 60)
        sweeper.sweep(house.gateway, house.settings)
        assert reasons(fran) == ["never_reported"]
    ana.reads("Hello")


def test_three_that_cannot_be_asked_about_end_a_round(house: House, ana: Person) -> None:
    """Each may take ten seconds to fail."""
    for number in range(5):
        unreported_text(house, body=f"Hello {number}")
    house.carrier.pump()
    house.clock.passes(minutes=11)
    met: list[str] = []
    crash.arm(met.append)
    try:
        with carrier_down(house):
            assert unreported.ask(house.gateway) == 0
    finally:
        crash.arm(None)
    assert met.count("gateway.text:before") == 3
    assert unreported.ask(house.gateway) == 5
    ana.handset.reads()


def test_a_round_asks_about_so_many_and_the_next_about_the_rest(
    house: House, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unreported, "AT_ONCE", 2)
    for number in range(3):
        unreported_text(house, body=f"Hello {number}")
    house.carrier.pump()
    house.clock.passes(minutes=11)
    assert [unreported.ask(house.gateway) for _ in range(3)] == [2, 1, 0]
    ana.handset.reads()


def test_one_texts_trouble_holds_up_no_other(house: House, ana: Person, rosa: Person) -> None:
    """The record has lost its place in Ana's stream, and takes nothing more into it."""
    unreported_text(house)
    house.clock.passes(seconds=1)
    second = unreported_text(house, ROSAS, "Hola")
    house.carrier.pump()
    broken = {"name": timeline.of_number(row(1).contact_point_id)}
    with db.transaction("tests.broken") as session:
        session.execute(text("update stream set length = 0 where name = :name"), broken)
    assert asks(house, 11, 120, 9 * 60, 60) == [("accepted", times) for times in (1, 2, 3, 3)]
    assert row(second).state == "delivered"
    ana.reads("Hello")
    rosa.reads("Hola")
