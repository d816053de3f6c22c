"""The worker as a process: Redis may go away under it, and who stops it does not cut a text short (H48, H60)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rq.worker_registration import get_keys

from app import queue
from tests.house import House, house_environment
from tests.people import ANAS, patient
from tests.sending.outbox import accepted, row, write
from tests.servers.line import Line
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0
ENDS_WITHIN = 30.0


@pytest.fixture
def house(database_url: str, own_valkey: Valkey, tmp_path: Path) -> Iterator[House]:
    """A practice at the machine's own time, which its worker knows too, and with a Valkey that may be killed."""
    running = House(database_url, own_valkey.url, tmp_path)
    running.clock.at = datetime.now(UTC)
    patient(running, "Ana López", ANAS)
    yield running
    running.close()


@contextmanager
def worker(house: House, **changed: str) -> Iterator[subprocess.Popen[bytes]]:
    current = house.settings
    env = house_environment(
        DATABASE_URL=current.database_url, REDIS_URL=current.redis_url, PUBLIC_BASE_URL=current.public_base_url,
        TWILIO_API_BASE_URL=str(current.twilio_api_base_url), SPOOL_DIR=str(current.spool_dir),
        ANCHOR_DIR=str(current.anchor_dir),
    )  # fmt: skip
    others = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with (house.directory / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "worker"], cwd=ROOT, env={**others, **env, **changed}, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(true: Callable[[], bool], otherwise: str, within: float = STARTS_WITHIN) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def sent(house: House, body: str) -> None:
    """The doorbell rings for a text, again and again as more texts would, until a worker has sent it."""
    waiting = write(house, ANAS, "reply", body)

    def is_sent() -> bool:
        queue.start(house.settings.redis_url)  # else it would rest after a ring that failed
        queue.ring_now("send", waiting)
        return body in accepted(house)

    until(is_sent, f"nobody answered the doorbell for {body!r}")


@pytest.mark.long
def test_a_worker_outlives_redis(house: House, own_valkey: Valkey) -> None:
    """Away when it starts, killed while it listens, back empty: the same process answers."""
    own_valkey.kill()
    with worker(house) as process:
        until(lambda: "doorbell_away" in _log(house), "the worker did not notice")
        own_valkey.start()
        sent(house, "first")
        own_valkey.kill()
        time.sleep(1.5)
        own_valkey.start()
        sent(house, "second")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN) == 0
    assert "Traceback" not in _log(house)


@pytest.mark.long
def test_told_to_stop_it_finishes_the_text_in_hand(house: House) -> None:
    """Each deployment would else leave a text of which nobody knows whether it left, and a task for a person."""
    address = str(house.settings.twilio_api_base_url)
    line = Line("127.0.0.1", int(address.rpartition(":")[2]))
    line.delay = 2.0
    try:
        with worker(house, TWILIO_API_BASE_URL=f"http://127.0.0.1:{line.port}") as process:
            waiting = write(house, ANAS, "reply", "Please call us.")
            queue.ring_now("send", waiting)
            until(lambda: accepted(house) == ["Please call us."], "the worker did not send")
            process.send_signal(signal.SIGTERM)
            assert process.wait(ENDS_WITHIN) == 0
    finally:
        line.close()
    assert (row(waiting).state, row(waiting).reason) == ("accepted", None), "the answer came after the signal"


def test_nobody_stops_or_suspends_a_worker_by_way_of_redis(house: House, own_valkey: Valkey) -> None:
    """Neither by a command on its channel nor by its suspension (F2)."""
    connection = queue.connection()
    connection.set("rq:suspended", 1)
    with worker(house) as process:
        sent(house, "first")
        names = [key.rpartition(":")[2] for key in get_keys(connection=connection)]
        for name in names:
            connection.publish(f"rq:pubsub:{name}", '{"command": "shutdown"}')
        assert names
        sent(house, "second")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN) == 0


def _log(house: House) -> str:
    return (house.directory / "worker.log").read_text()
