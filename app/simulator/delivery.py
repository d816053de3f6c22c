"""From the practice to a handset, second half: how an accepted text moves, and who is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.simulator import travel
from app.simulator.books import Books
from app.simulator.effects import Fate, Reporting
from app.simulator.faults import suffered
from app.simulator.messages import Message

EXPIRED = 30036
UNDELIVERABLE = {"landline": 30006, "dead": 30005, "off": 30003}
PACE = {"queued": timedelta(seconds=0.4), "sent": timedelta(seconds=0.9)}
"""How long a text stays in each status when the stand-in runs by itself."""


@dataclass(frozen=True, slots=True)
class Step:
    sid: str
    status: str
    error_code: int | None


def pump(books: Books, *, only_due: bool = False) -> int:
    """Move every text to its end and post what is due, in the order it happened; how many happenings.

    What a fault keeps back waits for the clock in any case.
    only_due: wait for believable delays instead of doing everything at once.
    """
    happened = 0
    while travel.post_due(books) or _report_next(books) or _move_one(books, only_due):
        happened += 1
    return happened


def _report_next(books: Books) -> bool:
    with books.held() as state:
        if not state.owed:
            return False
        request = state.owed[0]
        way = suffered(state.messages[request.sid].marks, Reporting)
    travel.set_out(books, request, way)
    return True


def _move_one(books: Books, only_due: bool) -> bool:
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
