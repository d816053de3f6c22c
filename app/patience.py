"""How long one piece of work waits for PostgreSQL: a server that has fallen silent is given up (DESIGN 7).

The server keeps its own limits for statements and locks. These are for a server that cannot even say that they have run
out: it stands still, or the line takes everything and brings nothing back, and TCP itself notices nothing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow

ANSWER_SECONDS = 3.0
"""For one answer of the server: a second longer than it gives itself."""
DOOR_SECONDS = 3.0
"""For all that a webhook asks: the carrier has its answer within 4 s, well or ill."""
LEAST_SECONDS = 0.05
LOOKS_EVERY = 0.1

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """All that is asked of PostgreSQL inside is over, well or not, when `seconds` have gone by."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def left() -> float:
    """Seconds that may still be waited for the next answer."""
    ends_at = _ends_at.get()
    if ends_at is None:
        return ANSWER_SECONDS
    return max(LEAST_SECONDS, min(ANSWER_SECONDS, ends_at - time.monotonic()))


class ImpatientConnection(psycopg.Connection[TupleRow]):
    """A connection that closes itself, and raises OperationalError, when the server does not answer in time."""

    def wait(self, gen: PQGen[RV], interval: float = LOOKS_EVERY, timeout: float | None = None) -> RV:
        """Wait for one answer."""
        try:
            return super().wait(gen, interval, left() if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # not the server's words, so nobody knows what it is doing for us
                self.pgconn.finish()
            raise
