"""How requests to the practice travel: at once, and with a fault late, twice, overtaken or never."""

import uuid
from collections.abc import Callable
from functools import partial

from app import clock
from app.simulator import arrivals, reports
from app.simulator.books import Books
from app.simulator.effects import Travel
from app.simulator.faults import Struck
from app.simulator.state import Held, Request, State

AS_USUAL = Travel()


def set_out(books: Books, request: Request, struck: Struck[Travel] | None) -> None:
    """Post a request, or keep it back, or lose it, as the fault that struck its text wants."""
    way, seconds = (struck.effect, struck.seconds) if struck else (AS_USUAL, 0.0)
    if way.last_only and not request.is_last:
        way = AS_USUAL
    if not way.copies:
        books.record("lost", sid=request.sid, status=request.status)
        return
    token = str(uuid.uuid4())
    if way.overtaken and not request.is_last:
        books.hold(request, seconds, token, overtaken=True)
        return
    _go(books, request, token, seconds if way.late else 0)
    for _ in range(way.copies - 1):
        _go(books, request, token, seconds)


def due(books: Books) -> Callable[[], None] | None:
    """Posting the oldest request whose time of waiting is over; it is the caller's alone to do."""
    with books.held() as state:
        now = clock.now()
        held = next((held for held in state.held.values() if held.until <= now), None)
        if held is None:
            return None
        books.release(held)
    return partial(_post, books, held.request, held.token)


def _go(books: Books, request: Request, token: str, seconds: float) -> None:
    if seconds:
        books.hold(request, seconds, token, overtaken=False)
        return
    _post(books, request, token)
    with books.held() as state:
        overtaken = [held for held in state.held.values() if _overtakes(state, request, held)]
    for held in reversed(overtaken):
        if books.release(held):
            _post(books, held.request, held.token)


def _overtakes(state: State, request: Request, held: Held) -> bool:
    """The next text of the same person, or the next report of the same text."""
    if not held.overtaken or (held.request.status is None) != (request.status is None):
        return False
    if request.status is not None:
        return held.request.sid == request.sid
    return _writer(state, held.request) == _writer(state, request)


def _writer(state: State, request: Request) -> str | None:
    message = state.messages.get(request.sid)
    return message.sender if message else None


def _post(books: Books, request: Request, token: str) -> None:
    with books.held() as state:
        message = state.messages.get(request.sid)
    if message is None:  # deleted while this was kept back
        books.record("lost", sid=request.sid, status=request.status)
    elif request.status is None:
        arrivals.post(books, message, token)
    else:
        reports.post(books, message, request, token)
