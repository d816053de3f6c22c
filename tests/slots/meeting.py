"""Two things that happen at the same time on PostgreSQL: each is held before a guarded statement until the other is
there too, and a scene begins anew some thousand times."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app import db
from tests.doors.twilio import new_sid
from tests.servers.again import Again
from tests.slots import races
from tests.slots.races import Scene

WAITS = 0.08
"""Seconds after which whoever waits for the other goes on: the other may stand at a lock that this one holds."""
TOO_SLOW = ("57014", "55P03")
"""PostgreSQL's codes for a statement and a lock that took too long, as they may on a machine with much else to do."""
GUARDED = ("UPDATE", "INSERT", "DELETE")
_mine = threading.local()


class Beginning:
    """A scene as it is now, to begin from again."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._at = scene, scene.house.clock.at
        address = db.engine().url.render_as_string(hide_password=False)
        self._kept = Again(address.replace("+psycopg", ""))

    def again(self) -> None:
        """Everything as it was; each of the two has written a text that has not arrived yet."""
        self._kept.put_right()
        self._scene.house.clock.at = self._at
        for who in (self._scene.ana, self._scene.rosa):
            who.said[:] = [(new_sid(), "1")]

    def close(self) -> None:
        self._kept.close()


@contextmanager
def held_at_guards() -> Iterator[None]:
    """While this runs, whoever was told so by `together` waits before a guarded statement."""
    engine = db.engine()
    event.listen(engine, "before_cursor_execute", _hold)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", _hold)


def together(scene: Scene, pair: tuple[str, str], at: tuple[int, int]) -> bool:
    """Let both happen at once, each held before its guarded statement number `at` (from 1) until the other has come to
    its own. Whether they have met there. What either raises is raised."""
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        met = [
            done.result() for done in [pool.submit(_one, scene, *each, barrier) for each in zip(pair, at, strict=True)]
        ]
    return all(met)


def _one(scene: Scene, what: str, at: int, barrier: threading.Barrier) -> bool:
    _mine.left, _mine.barrier, _mine.met = at, barrier, False
    try:
        races.happens(scene, what)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) not in TOO_SLOW:  # two that wait for each other are a flaw
            raise
        barrier.abort()
        races.happens(scene, what)  # its turn did not come in time: it asks again, as people and carriers do
    finally:
        _mine.left = 0
        barrier.abort()  # whoever comes there now goes on
    return bool(_mine.met)


def _hold(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
    if getattr(_mine, "left", 0) and (statement.startswith(GUARDED) or " FOR " in statement[-40:]):
        _mine.left -= 1
        if _mine.left == 0:
            with suppress(threading.BrokenBarrierError):
                _mine.barrier.wait(WAITS)
                _mine.met = True
