"""Reports on a call that the practice made: as they happen, or as a fault wants them: late, reversed, twice, never."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from app import clock
from app.simulator.books import Books, KeptReport
from app.simulator.calls import ENDED, Call
from app.simulator.effects import Reporting
from app.simulator.faults import suffered

Tell = Callable[[Mapping[str, str]], None]


def report(books: Books, call: Call, params: Mapping[str, str], tell: Tell) -> None:
    """Tell it now, keep it back, or lose it."""
    struck, last = suffered(call.marks, Reporting), params["CallStatus"] in ENDED
    if struck is None or (struck.effect.last_only and not last):
        tell(params)
        return
    way = struck.effect
    if way.late or way.overtaken:
        until = clock.now() + timedelta(seconds=struck.seconds) if way.late else None
        books.kept_reports.append(KeptReport(call.sid, params, until))
        if way.overtaken and last:
            _reversed(books, call, tell)
        return
    for _ in range(way.copies):
        tell(params)


def due(books: Books) -> list[KeptReport]:
    """Late ones whose time has come; they are not kept any more."""
    now = clock.now()
    come = [each for each in books.kept_reports if each.until is not None and each.until <= now]
    books.kept_reports = [each for each in books.kept_reports if each not in come]
    return come


def _reversed(books: Books, call: Call, tell: Tell) -> None:
    mine = [each for each in books.kept_reports if each.sid == call.sid]
    books.kept_reports = [each for each in books.kept_reports if each.sid != call.sid]
    for each in reversed(mine):
        tell(each.params)
