"""From the practice to a handset, second half: how an accepted text moves, and who is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app import clock
from app.simulator import travel
from app.simulator.books import Books
from app.simulator.effects import Fate, Reporting
from app.simulator.faults import Struck, suffered
from app.simulator.messages import Message
from app.simulator.state import Request

EXPIRED = 30036
UNDELIVERABLE = {"landline": 30006, "dead": 30005, "off": 30003}
PACE = {"queued": timedelta(seconds=0.4), "sent": timedelta(seconds=0.9)}
"""How long a text stays in each status when the stand-in runs by itself."""
Errand = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Step:
    sid: str
    status: str
    error_code: int | None


def pump(books: Books) -> int:
    """Move every text to its end and post what is due, in the order it happened; how many happenings.

    What a fault keeps back waits for the clock in any case.
    """
    happened = 0
    while True:
        if errand := next_errand(books):
            errand()
        elif not move_one(books, only_due=False):
            return happened
        happened += 1


def next_errand(books: Books) -> Errand | None:
    """What the practice is to be told next; whoever asks has to do it. Of one text it is told one thing at a time."""
    return travel.due(books) or _report(books)


def _report(books: Books) -> Errand | None:
    with books.held() as state:
        request = next((owed for owed in state.owed if owed.sid not in books.reporting), None)
        if request is None:
            return None
        books.reporting.add(request.sid)
        way = suffered(state.messages[request.sid].marks, Reporting)
    return partial(_tell, books, request, way)


def _tell(books: Books, request: Request, way: Struck[Reporting] | None) -> None:
    try:
        travel.set_out(books, request, way)
    finally:
        with books.held():
            books.reporting.discard(request.sid)


def move_one(books: Books, *, only_due: bool) -> bool:
    """Move the first text that can move. only_due: wait for believable delays."""
    with books.held() as state:
        now = clock.now()
        for message in state.moving.values():
            if only_due and now < message.updated + PACE[message.status]:
                continue
            step = _step(message, state.handsets[message.to].kind, now)
            books.record("status", sid=step.sid, status=step.status, error_code=step.error_code)
            return True
    return False


def _step(message: Message, kind: str, now: datetime) -> Step:
    struck = suffered(message.marks, Fate)
    fate = Step(message.sid, struck.effect.status, struck.effect.code) if struck else None
    if message.status == "queued":
        if now >= message.created + timedelta(seconds=message.validity):
            return Step(message.sid, "failed", EXPIRED)
        return fate if fate and fate.status == "failed" else Step(message.sid, "sent", None)
    if fate:
        return fate
    if code := UNDELIVERABLE.get(kind):
        return Step(message.sid, "undelivered", code)
    return Step(message.sid, "delivered", None)
