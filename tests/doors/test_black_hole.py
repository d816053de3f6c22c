"""A database that says nothing any more: the patients' door answers within 4 s all the same (DESIGN 7, 8; H58)."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import db, patience, spool
from app.inbound import outage
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from tests.house import House
from tests.people import ANAS, Colleague, Person, phone
from tests.sending.outbox import report
from tests.servers.line import Line, line_to

pytestmark = pytest.mark.slow

WHOLE_DOOR = 4.0
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def line(house: House) -> Iterator[Line]:
    """The house reaches its PostgreSQL by way of a line."""
    with line_to(house.settings.database_url) as line:
        db.start(line.instead_of(house.settings.database_url))
        yield line
        db.stop()


def seconds_for(person: Person, words: str) -> float:
    began = time.monotonic()
    person.handset.texts(words)
    return time.monotonic() - began


@on_postgresql
def test_a_line_that_falls_silent_between_two_texts(house: House, ana: Person, nora: Colleague, line: Line) -> None:
    """The connection is open and was good a moment ago; nothing hangs up, and TCP notices nothing."""
    ana.texts("I feel dizzy")
    ana.reads("nurse")
    line.silent.set()
    assert seconds_for(ana, "my chest hurts") < WHOLE_DOOR
    ana.reads("911", "Si es una emergencia")
    line.silent.clear()
    assert house.settings.spool_dir is not None
    assert outage.replay(house.settings.spool_dir) == 1
    house.work()
    ana.nothing_more()
    assert [row.body for row in house.rows(Exchange)] == ["I feel dizzy", "my chest hurts"]


@on_postgresql
def test_a_server_that_takes_new_connections_and_never_answers(house: House, ana: Person, line: Line) -> None:
    db.start(line.instead_of(house.settings.database_url))  # nothing is open yet
    line.silent.set()
    assert seconds_for(ana, "my chest hurts") < WHOLE_DOOR
    ana.reads("911")


@on_postgresql
def test_many_at_once_are_all_answered_in_time(house: House, line: Line) -> None:
    """More than there are connections: whoever waits for one is answered as soon as the others."""
    people = [phone(house, f"+120255501{number:02}") for number in range(40)]
    people[0].texts("hello")
    people[0].handset.reads()
    line.silent.set()
    with ThreadPoolExecutor(len(people)) as pool:
        waits = list(pool.map(lambda person: seconds_for(person, "my chest hurts"), people))
    # the slowest of forty threads may have waited for a processor
    assert sorted(waits)[-2] < WHOLE_DOOR, sorted(waits)
    for person in people:
        person.reads("911")
    assert house.settings.spool_dir is not None
    assert len(list(spool.keys(house.settings.spool_dir))) == len(people)


@on_postgresql
def test_a_server_so_slow_that_each_answer_is_in_time_and_the_whole_is_not(
    house: House, ana: Person, line: Line
) -> None:
    """Every answer comes within the limits, but a text needs many of them."""
    ana.texts("hello")
    ana.reads("person")
    line.delay = 0.8
    assert seconds_for(ana, "my chest hurts") < WHOLE_DOOR
    ana.reads("911")
    line.delay = 0.0


@on_postgresql
def test_a_server_that_says_no_keeps_its_connection_and_a_silent_one_loses_it(house: House, line: Line) -> None:
    """A lock that took too long is the server's own word; after silence nobody knows what it is doing for us."""
    with db.engine().connect() as holder, db.engine().connect() as said:
        holder.execute(text("lock table practice"))
        said.execute(text("set lock_timeout = 50"))
        with pytest.raises(OperationalError):
            said.execute(text("lock table practice"))
        assert not said.invalidated
    with db.engine().connect() as unheard:
        unheard.execute(text("select 1"))
        line.silent.set()
        with patience.at_most(0.3), pytest.raises(OperationalError):
            unheard.execute(text("select 1"))
        assert unheard.invalidated
    line.silent.clear()
    with db.engine().connect() as again:
        assert again.scalar(text("select 1")) == 1


@on_postgresql
def test_a_stranger_in_the_spool_keeps_her_number(house: House, line: Line) -> None:
    line.silent.set()
    sid = phone(house, ANAS).handset.texts("hello")
    assert house.settings.spool_dir is not None
    kept = spool.kept(house.settings.spool_dir, sid)
    assert kept is not None
    assert kept["from_number"] == ANAS


@on_postgresql
def test_a_report_of_the_carrier_does_not_wait_either(house: House, ana: Person, line: Line) -> None:
    """It cannot be kept; the door says so in time, and stays open for patients."""
    ana.texts("I feel dizzy")
    ana.reads("nurse")
    (told,) = house.rows(Outbound)
    line.delay = 0.8
    began = time.monotonic()
    assert report(house, told, told.carrier_id or "", "read").status == 503
    assert time.monotonic() - began < WHOLE_DOOR
    line.delay = 0.0


@on_sqlite
def test_a_file_that_somebody_else_writes_to(house: House, ana: Person) -> None:
    """Eight texts wait for one another and for a stranger's lock; each is answered in time."""
    with sqlite3.connect(house.settings.database_url.removeprefix("sqlite:///")) as somebody:
        somebody.execute("begin immediate")
        with ThreadPoolExecutor(8) as pool:
            waits = list(pool.map(lambda number: seconds_for(ana, f"my chest hurts {number}"), range(8)))
        somebody.rollback()
    assert max(waits) < WHOLE_DOOR, sorted(waits)
    for _ in waits:
        ana.reads("911")
