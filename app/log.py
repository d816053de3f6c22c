"""Structured logs from an allow-list of keys: ids and codes, never a person's words (P11, H33)."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    "event level timestamp id job lane outcome state code status carrier_id exchange item outbound reason "
    "seconds count path method error name port version".split()
)


def start() -> None:
    """One JSON line an event, to standard error."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # at INFO it prints numbers (TWILIO 4.5)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever standard error is by then
    )


def error_name(error: BaseException) -> str:
    """What kind of error it was; its message may hold a patient's words and is left out."""
    return type(error).__name__


def _only_allowed(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    return {key: value for key, value in entry.items() if key in ALLOWED}


log: structlog.stdlib.BoundLogger = structlog.get_logger()
