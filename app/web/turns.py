"""Turns: pages take only so many of the database's connections at once, so that the patients' door finds one; and of
the texts at that door only a few are worked on at once, so that they do not take the interpreter from each other. What
the carrier reports of our own texts, three times as often, goes one by one beside them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g, request
from werkzeug.exceptions import ServiceUnavailable

from app import patience

MOST = 14
"""Of the 30 connections of app.db: a page may hold two for a moment, which leaves two for the doors at the worst."""
PAGE_WAITS, ACT_WAITS = 1.0, 5.0
"""Seconds. A page asks again by itself; what somebody typed is worth a longer wait."""
COME_AGAIN = 2
NEED_NONE = ("sms.", "voice.", "status.", "health.", "static_files.")
TEXTS_AT_ONCE = 3
"""Two wait for the database while one is worked on; more only get in each other's way (docs/measurements.md)."""
BEGINS_WITH = 1.5
"""Seconds that must be left to the door: what SQLite may take to find out that somebody else is writing."""
LINES = 64
"""Texts of one number stand in one line, and only the first of a line asks for a turn: a number whose row is in
somebody's hands cannot keep all others out."""

_texts = threading.BoundedSemaphore(TEXTS_AT_ONCE)
_reports = threading.BoundedSemaphore()
_lines = tuple(threading.BoundedSemaphore() for _ in range(LINES))
_turns = threading.BoundedSemaphore(MOST)


class TooMany(Exception):
    """No turn came in time."""


@contextmanager
def for_a_text(number: str) -> Iterator[None]:
    """Have a turn to take in a text of `number` while the block runs. Raises TooMany when the time that is left to the
    door (app.patience) ends without one."""
    with _had(_lines[hash(number) % LINES]), _had(_texts):
        yield


@contextmanager
def for_a_report() -> Iterator[None]:
    """Have the turn to take in what became of one of our texts. Raises TooMany as `for_a_text` does."""
    with _had(_reports):
        yield


@contextmanager
def _had(turn: threading.Semaphore) -> Iterator[None]:
    if not turn.acquire(timeout=max(0.0, patience.left() - BEGINS_WITH)):
        raise TooMany("others have been worked on for too long")
    try:
        yield
    finally:
        turn.release()


def keep(web: Flask) -> None:
    """Give each request of a page its turn, before it is asked who sends it."""
    web.before_request(_wait)
    web.teardown_request(lambda _error: give_back())


def give_back() -> None:
    """What comes next needs no database: let the next page in. Harmless to repeat."""
    if g.pop("has_turn", False):
        _turns.release()


def _wait() -> None:
    if request.endpoint is None or request.endpoint.startswith(NEED_NONE):
        return
    if not _turns.acquire(timeout=PAGE_WAITS if request.method == "GET" else ACT_WAITS):
        raise ServiceUnavailable(retry_after=COME_AGAIN)
    g.has_turn = True
