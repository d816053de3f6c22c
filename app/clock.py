"""The only place that knows what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The current instant, timezone-aware, in UTC."""
    return _source()


DIFFER = timedelta(minutes=5)
"""By how much the clocks of two machines may differ. Whatever lies further ahead was written by one that was wrong."""


def beyond(longest: timedelta = timedelta(0)) -> datetime:
    """An instant that nothing written with a right clock lies after; `longest` is how far ahead that may reach."""
    return now() + longest + DIFFER


def use(source: Callable[[], datetime] | None) -> None:
    """Take the time from `source` (tests, the practice simulator); None goes back to the system's clock."""
    global _source
    _source = source or _system_time
