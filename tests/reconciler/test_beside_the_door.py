"""The reconciler beside the door, the spool and another reconciler: each text is taken in once (P4, P6, H40)."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from app import db, spool
from app.inbound import outage
from app.models.conversations import Exchange
from app.watchers.reconciler import Reconciler
from tests.house import House
from tests.journeys.test_outage import database_gone, power_cut_at
from tests.people import ANAS, Colleague, Person, appointment, patient, visit
from tests.reconciler.carrier import exchanges, lost

pytestmark = pytest.mark.slow


def test_a_webhook_that_comes_after_all_is_a_repeat(house: House, ana: Person, nora: Colleague) -> None:
    sid = lost(house, ana, "my chest hurts")
    house.passes(minutes=5)
    ana.reads("911")
    house.carrier.redeliver(sid)
    house.work()
    ana.nothing_more()
    assert list(exchanges(house)) == [sid]
    assert house.carrier.attempts(sid)[-1].status == 200
    assert len(nora.sees("nurses")) == 1


def test_a_webhook_that_is_still_on_its_way_is_left_to_the_door(house: House, ana: Person) -> None:
    """The carrier is given a minute: a "1" that is only just late still counts."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    sid = lost(house, ana, "1")
    house.passes(seconds=50)
    assert not house.rows(Exchange)
    house.carrier.redeliver(sid)
    house.work()
    assert appointment(booked).confirmed_at is not None
    assert exchanges(house)[sid].fetched_at is None
    ana.reads("Thank you")


def test_doors_and_two_reconcilers_at_once_take_each_text_in_once(house: House, nora: Colleague) -> None:
    """P4, P6, H40: whoever is first; everybody else finds it done."""
    people = [patient(house, f"Nr {number}", f"+1202555013{number}") for number in range(6)]
    sids = [lost(house, who, "my chest hurts") for who in people]
    house.clock.passes(minutes=5)
    another = Reconciler(house.gateway, house.settings)
    with ThreadPoolExecutor(8) as pool:
        at_work: list[Future[Any]] = [pool.submit(house.reconciler.run), pool.submit(another.run)]
        at_work += [pool.submit(house.carrier.redeliver, sid) for sid in sids * 2]
        for each in at_work:
            each.result()
    house.passes(minutes=5)
    assert sorted(exchanges(house)) == sorted(sids)
    assert len(nora.sees("nurses")) == len(people)
    for who in people:
        who.reads("911")
        who.nothing_more()


def test_what_the_spool_still_holds_is_the_spools(house: House, ana: Person) -> None:
    """She was answered by the door; fetched, she would be told twice."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
        ana.reads("911")
    house.passes(minutes=5)
    assert not house.rows(Exchange)
    assert outage.replay(directory) == 1
    house.passes(minutes=5)
    assert exchanges(house)[sid].fetched_at is None
    ana.nothing_more()


def test_what_the_spool_has_lost_is_fetched_and_not_told_twice(house: House, ana: Person, nora: Colleague) -> None:
    """The disk of one machine is gone, or this ticker does not see it: the carrier's list shows what the door said."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("I feel dizzy")
        ana.reads("911")
    spool.remove(directory, sid)
    house.passes(minutes=5)
    assert exchanges(house)[sid].fetched_at is not None
    assert [item.reason for item in nora.sees("nurses")] == ["hand_off"]
    ana.nothing_more()


def test_what_the_spool_cannot_open_is_fetched(house: House, ana: Person, nora: Colleague) -> None:
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("I feel dizzy")
        ana.reads("911")
    (directory / f"{sid}.sealed").write_bytes(b"k1:torn")
    assert outage.replay(directory) == 0
    house.passes(minutes=5)
    assert exchanges(house)[sid].body == "I feel dizzy"
    assert sorted(item.reason for item in nora.sees("nurses")) == ["hand_off", "spool_file_broken"]


@pytest.mark.parametrize("step", ["begun", "before_commit", "committed", "done"])
def test_a_reconciler_that_dies_is_followed_by_one_that_ends_it(
    house: House, ana: Person, nora: Colleague, step: str
) -> None:
    sid = lost(house, ana, "my chest hurts")
    house.clock.passes(minutes=5)
    with power_cut_at(f"inbound.receive:{step}"):
        house.reconciler.run()
    house.reconciler.run()
    house.work()
    assert list(exchanges(house)) == [sid]
    assert len(nora.sees("nurses")) == 1
    ana.reads("911")


def test_a_text_that_cannot_be_taken_in_is_a_nurses_and_holds_up_nobody(
    house: House, ana: Person, rosa: Person, nora: Colleague
) -> None:
    """Her number's own row is beyond reading; her words and her number stand in the task, once."""
    with db.transaction("tests.spoil") as session:
        session.execute(text("update contact_point set number = :spoilt where id = 1"), {"spoilt": b"gone:xxxx"})
    lost(house, ana, "my chest hurts")
    lost(house, rosa, "me duele la cabeza")
    for _ in range(2):
        house.passes(minutes=5)
    found = {item.reason: item.note for item in nora.sees("nurses")}
    assert found["fetched_text_not_taken_in"] == f"{ANAS}: my chest hurts"
    assert len(found) == 2
    rosa.reads("911")
