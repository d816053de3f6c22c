"""A text on its way: every state it can reach, and that none of them sends it twice (P5, H48)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app import db
from app.delivery import sending, unknowns
from app.messaging.answers import Accepted
from app.models.outbox import Outbound
from app.simulator.faults import Fault
from app.watchers import sweeper
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import ANAS, Colleague, Person
from tests.sending.outbox import accepted, carrier_down, impatient, row, write


def test_a_text_goes_through_its_states(house: House, ana: Person) -> None:
    sent = write(house, ANAS, "reply")
    assert row(sent).state == "pending"
    sweeper.sweep(house.gateway, house.settings)
    assert (row(sent).state, row(sent).attempts) == ("accepted", 1)
    assert row(sent).carrier_id is not None
    house.carrier.pump()
    assert row(sent).state == "delivered"
    assert row(sent).ended_at == house.clock()
    ana.reads("Hello")


def test_too_many_requests_is_tried_again_with_growing_waits_and_then_a_person_has_it(
    house: House, ana: Person, fran: Colleague
) -> None:
    """429 was never processed: the same row may go again (TWILIO 3.3)."""
    house.carrier.faults.arm(Fault.TOO_MANY_REQUESTS, 99)
    held = write(house, ANAS, "reply")
    waits = []
    for _ in range(6):
        house.work()
        if row(held).state != "pending":
            break
        waits.append(row(held).not_before - house.clock())
        house.clock.becomes(row(held).not_before)
    assert waits == sorted(set(waits)), "each wait is longer than the one before"
    assert len(waits) == 5
    assert (row(held).state, row(held).reason, row(held).attempts) == ("failed", "too_many_requests", 6)
    assert [item.reason for item in fran.sees("front_desk")] == ["not_delivered_unexplained"]
    assert not accepted(house)


def test_too_many_requests_once_costs_a_wait_and_nothing_else(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.TOO_MANY_REQUESTS)
    write(house, ANAS, "reply")
    house.work()
    ana.nothing_more()
    house.passes(seconds=15)
    ana.reads("Hello")


def test_a_server_fault_after_accepting_is_resolved_by_the_callback(house: House, ana: Person) -> None:
    """F3, F4: accepted but reported as an error; our token in the callback names the row."""
    house.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT)
    doubtful = write(house, ANAS, "reply")
    sweeper.sweep(house.gateway, house.settings)
    assert (row(doubtful).state, row(doubtful).reason) == ("unknown", "carrier_fault")
    for _ in range(3):
        house.clock.passes(minutes=1)
        sweeper.sweep(house.gateway, house.settings)
    house.carrier.pump()
    assert row(doubtful).state == "delivered"
    assert row(doubtful).carrier_id is not None
    house.passes(hours=1)
    assert accepted(house) == ["Hello"]
    assert not house.rows(DeskItem)
    ana.reads("Hello")


def test_an_answer_that_comes_too_late_is_unknown_and_resolved_too(
    house: House, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(house, monkeypatch)
    house.carrier.faults.arm(Fault.READ_TIMEOUT)
    doubtful = write(house, ANAS, "reply")
    sweeper.sweep(house.gateway, house.settings)
    assert (row(doubtful).state, row(doubtful).reason) == ("unknown", "no_answer")
    house.work()
    assert row(doubtful).state == "delivered"
    assert accepted(house) == ["Hello"]
    ana.reads("Hello")


def test_a_server_fault_before_accepting_becomes_a_persons_after_ten_minutes(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H48: nothing tells it from an accepted one, so it is never resent; a person decides."""
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    doubtful = write(house, ANAS, "reply")
    house.work()
    house.passes(minutes=9)
    assert not fran.sees("front_desk")
    house.passes(minutes=2)
    assert [item.reason for item in fran.sees("front_desk")] == ["unknown_whether_sent"]
    house.passes(hours=2)
    assert len(fran.sees("front_desk")) == 1
    assert row(doubtful).state == "unknown"
    assert not accepted(house)


def test_a_carrier_that_is_down_gets_it_once_when_it_is_back(house: House, ana: Person) -> None:
    """Connection refused: it certainly did not leave (TWILIO 6.3)."""
    waiting = write(house, ANAS, "safety")
    with carrier_down(house):
        sweeper.sweep(house.gateway, house.settings)
        assert (row(waiting).state, row(waiting).attempts) == ("pending", 1)
        house.clock.passes(seconds=20)
        sweeper.sweep(house.gateway, house.settings)
        assert (row(waiting).state, row(waiting).attempts) == ("pending", 2)
    house.passes(minutes=2)
    assert accepted(house) == ["Hello"]
    ana.reads("Hello")


def test_a_sender_that_died_leaves_an_unknown_that_is_never_resent(house: House, ana: Person, fran: Colleague) -> None:
    """H48: it stopped between the claim and the answer; the text may have left."""
    lost = write(house, ANAS, "reply")
    claimed = sending._claim_next(house.settings, row(lost).contact_point_id)
    assert claimed is not None
    house.passes(seconds=29)
    assert row(lost).state == "sending"
    house.passes(seconds=2)
    assert (row(lost).state, row(lost).reason) == ("unknown", "sender_died")
    house.passes(minutes=5)
    house.passes(minutes=6)
    assert [item.reason for item in fran.sees("front_desk")] == ["unknown_whether_sent"]
    assert not accepted(house)


def test_a_sender_thought_dead_that_answers_after_all_is_evidence(house: House, ana: Person) -> None:
    """Unknown is left by evidence: the answer to the very request, however late."""
    late = write(house, ANAS, "reply")
    claimed = sending._claim_next(house.settings, row(late).contact_point_id)
    assert claimed is not None
    house.clock.passes(seconds=31)
    unknowns.give_up_leases()
    answer = sending._hand_over(house.gateway, house.settings, claimed)
    assert isinstance(answer, Accepted)
    sending._record(claimed, answer)
    assert (row(late).state, row(late).carrier_id, row(late).reason) == ("accepted", answer.carrier_id, None)
    house.work()
    assert accepted(house) == ["Hello"]
    ana.reads("Hello")


@pytest.mark.slow
def test_two_senders_at_once_send_each_text_once_and_in_order(house: House, ana: Person) -> None:
    """P5, P8, H67: a worker, a second worker and two sweepers after the same ten texts."""
    for number in range(10):
        write(house, ANAS, "reply", f"text {number}")
    start = threading.Barrier(4)

    def go(_: int) -> None:
        start.wait()
        for _attempt in range(40):
            sending.send_to(house.gateway, house.settings, 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(go, range(4)))
    house.work()
    assert accepted(house) == [f"text {number}" for number in range(10)]
    assert {found.attempts for found in house.rows(Outbound)} == {1}
    assert [ana.reads() for _ in range(10)] == [f"text {number}" for number in range(10)]


def test_a_safety_text_waits_for_no_other_class(house: House, ana: Person) -> None:
    """P9: a reply is on its way, perhaps for thirty seconds; the hand-off leaves now."""
    write(house, ANAS, "reply", "slow")
    assert sending._claim_next(house.settings, 1) is not None
    write(house, ANAS, "reply", "next")
    write(house, ANAS, "safety", "call 911")
    house.work()
    assert accepted(house) == ["call 911"]
    ana.reads("call 911")
    house.passes(minutes=1)
    ana.reads("next")


def test_safety_goes_first_over_all_numbers(house: House, ana: Person, rosa: Person) -> None:
    write(house, ANAS, "outreach", "reminder")
    write(house, ANAS, "reply", "answer")
    write(house, rosa.handset.number, "safety", "call 911")
    house.work()
    assert accepted(house) == ["call 911", "answer", "reminder"]
    rosa.reads("911")
    assert ana.handset.reads() == ["answer", "reminder"]


@pytest.mark.parametrize(("left", "expected"), [(None, 36_000), (5, 10), (600, 600), (86_400, 36_000)])
def test_how_long_a_text_may_wait_at_the_carrier(house: House, ana: Person, left: int | None, expected: int) -> None:
    """ValidityPeriod between its bounds, and never beyond the use of the text (TWILIO 3.4)."""
    ends = None if left is None else house.clock() + timedelta(seconds=left)
    write(house, ANAS, "reply", expires_at=ends)
    house.work()
    (message,) = house.carrier.state.messages.values()
    assert message.validity == expected
    ana.reads("Hello")


def test_a_text_that_came_too_late_is_not_sent(house: House, ana: Person, fran: Colleague) -> None:
    late = write(house, ANAS, "reply", expires_at=house.clock() + timedelta(minutes=5))
    house.clock.passes(minutes=6)
    house.work()
    assert (row(late).state, row(late).reason) == ("withheld", "too_late")
    assert [item.reason for item in fran.sees("front_desk")] == ["withheld_too_late"]


def test_nothing_leaves_from_inside_a_transaction(house: House, ana: Person) -> None:
    """No connection of the database waits for the carrier's server."""
    write(house, ANAS, "reply")
    with db.transaction("tests.inside"), pytest.raises(RuntimeError, match="inside the transaction"):
        house.gateway.send_text(ANAS, "Hello", "http://127.0.0.1:1/", 60)
    assert not accepted(house)
    house.work()
    ana.reads("Hello")
