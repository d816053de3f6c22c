"""A practice, its carrier and its database, put back before each schedule; all lives are forked from this process."""

import gc
import mmap
import os
import shutil
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import redis

from app import clock, create_app, db, jobs, queue, schema, ticker
from app.library import versions
from app.messaging.gateway import Gateway
from tests.faults.crashes import door
from tests.faults.crashes.carrier import CarrierProcess
from tests.faults.crashes.databases import Database, Kept
from tests.faults.crashes.life import Life, live
from tests.house import MONDAY_TEN, house_settings

ENDS_WITHIN = 5.0
FOLDERS = ("spool", "anchors", "demo")

Notes = dict[str, Any]
"""What a journey's beginning leaves for its course: ids and the like."""


class SharedClock:
    """One time for all processes of a world. It goes on by a millisecond whenever somebody looks, so that what
    happens later is later in the ledger and in the tables."""

    LOOK = 1000

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)
        self.becomes(MONDAY_TEN)

    def __call__(self) -> datetime:
        now = self._micros() + self.LOOK
        self._set(now)
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=now)

    def becomes(self, at: datetime) -> None:
        self._set((at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1))

    def passes(self, **amount: float) -> None:
        self._set(self._micros() + timedelta(**amount) // timedelta(microseconds=1))

    def minute(self) -> int:
        """Without looking, which would take time."""
        return self._micros() // 60_000_000

    def _micros(self) -> int:
        micros: int = struct.unpack("q", self._memory[:8])[0]
        return micros

    def _set(self, micros: int) -> None:
        self._memory[:8] = struct.pack("q", micros)


@dataclass(frozen=True)
class Snapshot:
    """A world as it was at one moment."""

    database: Kept
    ledger: dict[str, bytes]
    at: datetime
    notes: Notes


class World:
    """Made once in each worker of the harness. Between lives it holds no thread and no connection of the app's."""

    def __init__(self, database: Database, redis_url: str, folder: Path, fill: Callable[[], Notes]) -> None:
        """fill: enters the practice and its people into the migrated database."""
        self.folder, self.database = folder, database
        self.log = folder / "log"
        self.clock = SharedClock()
        clock.use(self.clock)
        self._door = door.listening()
        door_url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.carrier = CarrierProcess(door_url, folder / "carrier" / "ledger.jsonl")
        self._redis = redis.Redis.from_url(redis_url)
        self.settings = house_settings(
            DATABASE_URL=database.url, REDIS_URL=redis_url, PUBLIC_BASE_URL=door_url,
            TWILIO_API_BASE_URL=self.carrier.url,
            SPOOL_DIR=str(folder / "spool"), ANCHOR_DIR=str(folder / "anchors"),
        )  # fmt: skip
        self.app = create_app(self.settings)
        self.server = door.server_of(self.app, self._door)
        self.let_go()
        self.unfilled = self._built(schema.migrate)
        self.filled = self._built(fill)

    def begin(self, snapshot: Snapshot) -> None:
        """Put everything back as it was."""
        self.database.put_back(snapshot.database)
        self.carrier.begin(snapshot.ledger)
        self.clock.becomes(snapshot.at)
        self._redis.flushdb()
        for folder in FOLDERS:
            shutil.rmtree(self.folder / folder, ignore_errors=True)
            (self.folder / folder).mkdir()
        self.log.unlink(missing_ok=True)

    def live(self, act: Callable[[], Any], die_at: str | None = None, *, looked_at: bool = False) -> Life:
        """One life of a process of the practice. What a power cut takes with it is taken: a file that was written
        and not yet synced is torn. looked_at: find out, where that is cheap, which points leave a world apart."""
        looks = looked_at and self.database.written() is not None
        life = live(lambda: self._and_let_go(act), die_at, self.log, self._look if looks else None)
        if life.died and die_at is not None and die_at.startswith("spool.keep:written"):
            for unfinished in (self.folder / "spool").glob("*.part"):
                unfinished.write_bytes(unfinished.read_bytes()[:40])
        return life

    def _look(self) -> tuple[object, ...]:
        """All that a death would leave behind, but for what is on the wire: tables, queue, files, the carrier's ledger,
        and the minute. As cheap as can be: it is done at each point."""
        files = [
            (file.name, at.st_size, at.st_mtime_ns)
            for folder in (*FOLDERS, "carrier")
            for file in sorted(os.scandir(self.folder / folder), key=lambda file: file.name)
            for at in (file.stat(),)
        ]
        return self.database.written(), self._redis.llen(f"rq:queue:{queue.QUEUE}"), files, self.clock.minute()

    def keep(self, notes: Notes) -> Snapshot:
        return Snapshot(self.database.keep(), self.carrier.ledger(), self.clock(), notes)

    def let_go(self) -> None:
        """Hold nothing that a child could take for its own: no connection, no thread."""
        _end_threads()
        db.engine().dispose()
        queue.connection().connection_pool.disconnect()
        self.gateway = Gateway(self.settings)
        versions._newest = None  # a process that starts has read nothing yet
        jobs._gateway.cache_clear()
        jobs._gateway(self.settings)
        self.duties = {duty.name: duty for duty in ticker.duties(self.gateway, self.settings)}
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        self.carrier.close()
        self.server.server_close()
        self._door.close()
        self._redis.close()
        db.stop()
        self.database.close()
        clock.use(None)

    def _built(self, act: Callable[[], Notes | None]) -> Snapshot:
        return self.keep(self.live(act).answer or {})

    @staticmethod
    def _and_let_go(act: Callable[[], Any]) -> Any:
        """The last one out closes the database, as a process does that is told to end."""
        answer = act()
        db.engine().dispose()
        return answer


def _end_threads() -> None:
    """RQ's own thread ends a moment after its worker."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(ENDS_WITHIN)
            if thread.is_alive():
                raise RuntimeError(f"{thread.name} goes on, and nobody may fork beside it")
