"""A clock ran two days fast and was set right: what was written meanwhile lies in the future, and waits for nothing."""

from datetime import timedelta

import pytest

from app import db
from app.delivery import sending, unknowns
from app.simulator.faults import Fault
from app.watchers import auditor, sweeper
from escalation_desk.models import DeskItem
from tests.desk.desk import on_list
from tests.house import House
from tests.people import ANAS, Colleague, Person
from tests.sending.outbox import carrier_down, row, write

FAST = timedelta(days=2)


@pytest.fixture(autouse=True)
def fast(house: House) -> None:
    house.clock.at += FAST


def set_right(house: House) -> None:
    house.clock.at -= FAST


def test_a_text_that_was_to_go_at_once_goes_at_once(house: House, ana: Person) -> None:
    for message_class in ("safety", "reply"):
        write(house, ANAS, message_class, f"a {message_class} text")
    set_right(house)
    house.work()
    ana.reads("a safety text")
    ana.reads("a reply text")


def test_a_text_that_did_not_leave_is_tried_again_soon(house: House, ana: Person) -> None:
    waiting = write(house, ANAS, "safety")
    with carrier_down(house):
        sweeper.sweep(house.gateway, house.settings)
    assert row(waiting).attempts == 1
    set_right(house)
    house.work()
    ana.reads("Hello")


def test_a_senders_lease_is_over(house: House, ana: Person) -> None:
    """P5: nobody sends it again, and people hear of it as soon as of any other."""
    doubtful = write(house, ANAS, "reply")
    assert sending._claim_next(house.settings, row(doubtful).contact_point_id) is not None
    set_right(house)
    house.work()
    assert (row(doubtful).state, row(doubtful).reason) == ("unknown", "sender_died")
    assert [item.reason for item in house.rows(DeskItem)] == ["unknown_whether_sent"]


def test_a_text_that_may_have_left_is_told(house: House, ana: Person) -> None:
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    doubtful = write(house, ANAS, "reply")
    sweeper.sweep(house.gateway, house.settings)
    assert row(doubtful).state == "unknown"
    set_right(house)
    assert unknowns.tell_of_unknowns() == 1


def test_a_claim_is_over_and_its_item_is_brought_up(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    nora.claims(on_list("nurses")[0])
    set_right(house)
    sweeper.release_claims()
    (item,) = on_list("nurses")
    assert (item.state, item.next_step_at) == ("open", house.clock())


def test_an_item_gets_its_next_step(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    set_right(house)
    auditor.audit(house.settings)
    (item,) = on_list("nurses")
    assert item.next_step_at is not None
    assert item.next_step_at <= house.clock()


def test_a_colleague_may_take_what_was_claimed(house: House, ana: Person, nora: Colleague, fran: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    (item,) = on_list("nurses")
    nora.claims(item)
    set_right(house)
    fran.claims(item)
    with db.reading("tests.owner") as session:
        assert session.get_one(DeskItem, item.id).owner_id == fran.id
