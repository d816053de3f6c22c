"""Structured logs from an allow-list of keys: ids and codes, never a person's words (P11, H33)."""

import logging
import re
import sys
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    "event level timestamp id job lane outcome state code status carrier_id exchange item outbound reason "
    "seconds count path method error name port version".split()
)
LONGEST = 120
_OURS = re.compile(r"(?:app|dialogs|escalation_desk)/[^.]*\.py$")

_strict = False


class NotAllowed(AssertionError):
    """In tests: a line would have said more than logs may."""


class _Libraries(logging.Handler):
    """Lines of libraries: whose it was, how grave, and where; their own words may hold a patient's and stay out."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        say = log.error if record.levelno >= logging.ERROR else log.warning
        place = f"{record.filename}:{record.lineno}"
        say("library", name=record.name, path=place, error=error_name(error) if error else None)


def start() -> None:
    """One JSON line an event, to standard error."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Libraries) for handler in root.handlers):
        root.addHandler(_Libraries(logging.WARNING))
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # at INFO it prints numbers (TWILIO 4.5)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_place,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever standard error is by then
    )


def say_only_errors() -> None:
    """For a command in which thousands of things go wrong on purpose."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def be_strict(strict: bool = True) -> None:
    """In tests: fail on what a line may not say, instead of leaving it out."""
    global _strict
    _strict = strict


def error_name(error: BaseException) -> str:
    """What kind of error it was; its message may hold a patient's words and is left out."""
    return type(error).__name__


def _with_place(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Of what is told of an error that is being handled: the last line of ours that it came by."""
    error = sys.exception()
    if error is not None and "path" not in entry:
        lines = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
        places = [f"{ours[0]}:{line}" for file, line in lines if (ours := _OURS.findall(file))]
        return {**entry, "path": places[-1]} if places else entry
    return entry


def _only_allowed(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Keys of the list with a short word or a number each; the rest is dropped, and fails in tests."""
    kept = {key: value for key, value in entry.items() if key in ALLOWED and _is_short(value)}
    if _strict and (dropped := sorted(entry.keys() - kept.keys())):
        raise NotAllowed(f"a line of the log may not hold {', '.join(dropped)}")
    return kept


def _is_short(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= LONGEST)


log: structlog.stdlib.BoundLogger = structlog.get_logger()
