"""The doorbell only rings: without it nothing is lost, and who writes to Redis gets nothing run (P6, H60, H72)."""

import json
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from rq import Queue
from sqlalchemy import text as sql

from app import db, jobs, queue
from app.models.outbox import Outbound
from escalation_desk.models import DeskItem
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import ANAS, Person, patient, visit
from tests.sending.hostile_jobs import FIRST_RING, OURS, Fields, all_kinds
from tests.sending.outbox import accepted, row, write
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.slow

NOW = "2026-11-23T16:00:00.000000Z"
DOORBELLS = f"rq:queue:{queue.QUEUE}"


@pytest.fixture
def frail(database_url: str, own_valkey: Valkey, tmp_path: Path) -> Iterator[House]:
    """A practice whose Valkey this test may kill."""
    running = House(database_url, own_valkey.url, tmp_path)
    yield running
    running.close()


def test_a_text_is_sent_by_the_doorbell_without_the_sweeper(house: House, ana: Person) -> None:
    ana.handset.texts("my chest hurts")
    house.answer_doorbell()
    ana.reads("911")


class Undone(Exception):
    """Takes a transaction back."""


def test_nothing_rings_before_the_commit(house: House) -> None:
    """A worker that came at once would find no text; one that was taken back must not ring at all (P4)."""
    rings = Queue(queue.QUEUE, connection=queue.connection())
    with db.transaction("tests.rings") as session:
        queue.ring_later(session, "send", 1)
        assert rings.count == 0
    assert rings.count == 1
    with suppress(Undone), db.transaction("tests.rings") as session:
        queue.ring_later(session, "send", 2)
        raise Undone
    assert rings.count == 1


def test_one_ring_sends_all_that_waits_for_the_number(house: House, ana: Person) -> None:
    for number in range(3):
        write(house, ANAS, "reply", f"text {number}")
    house.answer_doorbell()
    assert [ana.reads() for _ in range(3)] == ["text 0", "text 1", "text 2"]


def test_without_redis_the_door_is_as_quick_and_the_sweep_sends(frail: House, own_valkey: Valkey) -> None:
    """H60: the ring fails, the text is safe in the database, and the door does not wait for a dead Redis."""
    ana = patient(frail, "Ana López", ANAS)
    own_valkey.kill()
    for body in ("my chest hurts", "still hurts"):
        began = time.monotonic()
        assert post(frail, text_form(body)).status == 200
        assert time.monotonic() - began < 2
    frail.work()
    ana.reads("911")


def test_a_wiped_redis_loses_nothing(frail: House, own_valkey: Valkey) -> None:
    ana = patient(frail, "Ana López", ANAS)
    ana.handset.texts("my chest hurts")
    own_valkey.kill()
    own_valkey.start()
    frail.answer_doorbell()
    ana.nothing_more()
    frail.work()
    ana.reads("911")


def test_rings_are_heard_again_once_redis_is_back(
    frail: House, own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "REST_AFTER_FAILURE", 0.0)
    ana = patient(frail, "Ana López", ANAS)
    own_valkey.kill()
    write(frail, ANAS, "reply", "one")
    own_valkey.start()
    write(frail, ANAS, "reply", "two")
    frail.answer_doorbell()
    assert [ana.reads(), ana.reads()] == ["one", "two"]


def test_a_ring_for_nothing_costs_nothing(house: House, ana: Person) -> None:
    """Doorbells may be stale, doubled or about rows that are gone."""
    sent = write(house, ANAS, "reply")
    for row_id in (sent, sent, 4711):
        queue.ring_now("send", row_id)
    house.answer_doorbell()
    house.answer_doorbell()
    assert accepted(house) == ["Hello"]
    ana.reads("Hello")


def test_nothing_of_a_patient_stands_in_redis(house: House, ana: Person) -> None:
    """H33: a doorbell is a name and one integer; the channel carries the name of a list."""
    listener: Any = queue.connection().pubsub()  # type: ignore[no-untyped-call]
    listener.subscribe(queue.LIVE_CHANNEL)
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.handset.texts("yes but my chest hurts")
    (call,) = [job for job in Queue(queue.QUEUE, connection=queue.connection(), serializer="json").jobs
               if job.args == [2]]  # fmt: skip
    assert (call.func_name, call.kwargs, call.meta) == ("app.jobs.send", {}, {})
    everything = _all_of_redis(queue.connection())
    heard = [message["data"] for message in iter(lambda: listener.get_message(timeout=0.2), None)]
    listener.close()
    house.answer_doorbell()
    everything += _all_of_redis(queue.connection())
    assert {words for words in heard if isinstance(words, bytes)} <= {b"nurses", b"front_desk"}
    for secret in ("López", "Ana", ANAS, ANAS[1:], "chest", "hurts", "Lakeside", "If this is"):
        assert secret.encode() not in everything
    ana.reads("911")


def _all_of_redis(connection: Any) -> bytes:
    """Every key with its value, unpacked where RQ packs it."""
    reads = {
        b"hash": lambda key: [part for pair in connection.hgetall(key).items() for part in pair],
        b"list": lambda key: connection.lrange(key, 0, -1),
        b"set": connection.smembers,
        b"zset": lambda key: connection.zrange(key, 0, -1),
        b"string": lambda key: [connection.get(key)],
        b"stream": lambda key: [repr(connection.xrange(key)).encode()],
    }
    found: list[bytes] = []
    for key in connection.scan_iter("*"):
        found += [key, *reads[connection.type(key)](key)]
    return b"\n".join(_unpacked(part) for part in found)


def _unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return part


def _leave(kinds: dict[str, Fields]) -> list[str]:
    """Put these jobs into Redis as RQ would; their names there."""
    connection, names = queue.connection(), []
    for kind, fields in kinds.items():
        name = kind.replace(" ", "-").replace("'", "").replace(",", "")
        mapping: dict[Any, Any] = {"created_at": NOW, "origin": queue.QUEUE, **fields}
        connection.hset(f"rq:job:{name}", mapping=mapping)
        connection.rpush(DOORBELLS, name)
        names.append(name)
    return names


@pytest.fixture
def patient_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker takes no rest after a job that it cannot even fetch."""
    monkeypatch.setattr(jobs, "PAUSE", 0.0)


def test_hostile_jobs_never_run_and_the_worker_goes_on(
    house: House, ana: Person, tmp_path: Path, patient_worker: None
) -> None:
    """H72: more than fifty kinds of jobs that somebody left in Redis; then one of ours is answered all the same."""
    trap = tmp_path / "trap"
    connection = queue.connection()
    connection.flushdb()
    kinds = all_kinds(trap)
    assert len(kinds) >= 50
    names = _leave(kinds)
    connection.set("rq:job:not a hash", "x")
    connection.rpush(DOORBELLS, "not a hash", "nowhere", b"\xff\xfe")
    tempting = jobs.Doorbell.fetch("a-callback", connection=connection, serializer="json")
    assert (tempting.success_callback, tempting.webhooks, tempting.args) == (None, [], [FIRST_RING]), (
        "nothing else is read"
    )
    waiting = write(house, ANAS, "reply")
    house.answer_doorbell()
    assert connection.llen(DOORBELLS) == 0, "no job ended the worker's round"
    connection.rpush(f"{DOORBELLS}:intermediate", *names, b"\xff\xfe", "not a hash")
    house.answer_doorbell()
    assert connection.llen(f"{DOORBELLS}:intermediate") == 0
    assert not trap.exists()
    assert row(waiting).state == "delivered"
    assert [found.attempts for found in house.rows(Outbound)] == [1]
    ana.reads("Hello")


def test_of_hostile_jobs_only_plain_rings_are_heard(
    valkey_url: str, tmp_path: Path, patient_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F2: what stands beside a ring that is wholly ours counts for nothing; all else is refused, kind by kind."""
    asked: list[int] = []
    monkeypatch.setattr(jobs, "ALLOWED", {OURS: asked.append})
    queue.start(valkey_url)
    queue.connection().flushdb()
    kinds = all_kinds(tmp_path / "trap")
    _leave(kinds)
    jobs.work(burst=True)
    rings = [fields["data"] for fields in kinds.values() if len(fields) > 1]
    assert asked == [json.loads(data)[2][0] for data in rings]
    assert min(asked) == FIRST_RING
    assert queue.connection().llen(DOORBELLS) == 0
    assert not (tmp_path / "trap").exists()


def test_a_job_that_fails_leaves_no_words_in_redis_or_the_log(
    capsys: pytest.CaptureFixture[str], house: House, ana: Person
) -> None:
    """H33: the text of an error may hold a patient's words; RQ would keep it."""
    write(house, ANAS, "reply", "secretword")
    with db.transaction("tests.break_row") as session:
        session.execute(sql("UPDATE outbox SET body = :junk"), {"junk": b"secretword is not sealed"})
    house.answer_doorbell()
    assert b"secretword" not in _all_of_redis(queue.connection())
    assert "secretword" not in capsys.readouterr().err
    assert [item.reason for item in house.rows(DeskItem)] == ["text_unreadable"]
