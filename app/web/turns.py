"""Turns: pages take only so many of the database's connections at once, so that the patients' door finds one."""

import threading

from flask import Flask, g, request
from werkzeug.exceptions import ServiceUnavailable

MOST = 14
"""Of the 30 connections of app.db: a page may hold two for a moment, which leaves two for the doors at the worst."""
PAGE_WAITS, ACT_WAITS = 1.0, 5.0
"""Seconds. A page asks again by itself; what somebody typed is worth a longer wait."""
COME_AGAIN = 2
NEED_NONE = ("sms.", "status.", "health.", "static_files.")

_turns = threading.BoundedSemaphore(MOST)


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
