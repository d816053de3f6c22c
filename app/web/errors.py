"""What a person reads when something is refused or fails: a plain sentence, never a trace."""

import traceback
from pathlib import Path
from typing import Any

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from app.log import error_name, log
from app.sealing import SealingError
from app.web import kept

SENTENCES = {
    400: ("That could not be read", "The page sent something this desk could not read. Nothing was changed."),
    403: ("That is not open to you", "Nothing was changed. If you should have it, ask your manager."),
    404: ("There is nothing here", "It may have been moved, or it is not for your role."),
    405: ("That is not how this works", "This address does not do what was asked. Nothing was changed."),
    409: ("Something changed meanwhile", "Please look again before you go on. Nothing was changed."),
    413: ("That was too long", "The page sent more than this desk takes. Nothing was changed."),
    415: ("That could not be read", "The page sent something this desk could not read. Nothing was changed."),
    429: ("Too many tries", "Please wait a few minutes, then try again."),
    500: ("Something went wrong here", "It has been recorded. Nothing was lost: please try again, or call."),
    503: ("The record cannot be reached", "Nothing was lost. Please try again in a moment, or work by telephone."),
}
SEALED = (
    "A part of this record cannot be read",
    "It is sealed with a key that this machine does not have. Nothing was changed: tell the practice’s technician.",
)
BUSY = ("Many pages at once", "Nothing was changed. Please try again in a moment.")


def explain(web: Flask) -> None:
    """Answer every error with its page."""
    web.log_exception = _log_escaped  # type: ignore[assignment, method-assign]
    web.register_error_handler(HTTPException, _http)
    web.register_error_handler(DBAPIError, _database_away)
    web.register_error_handler(PoolTimeout, _database_away)
    web.register_error_handler(SealingError, _cannot_unseal)
    web.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    wait = getattr(error, "retry_after", None)
    if isinstance(error, ServiceUnavailable) and wait is not None:
        return (*_page(503, BUSY), {"Retry-After": str(wait)})
    return _page(error.code or 500)


def _database_away(error: Exception) -> ResponseReturnValue:
    log.error("database_failed", error=error_name(error))
    return _page(503)


def _cannot_unseal(error: SealingError) -> ResponseReturnValue:
    log.error("request_failed", error=error_name(error), path=_where(error))
    return _page(500, SEALED)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("request_failed", error=error_name(error), path=_where(error))
    return _page(500)


def _log_escaped(info: tuple[Any, ...]) -> None:
    """In Flask's place, which would write the error's own words, a patient's perhaps, into the log (H33)."""
    log.error("request_failed", error=error_name(info[1]), path=_where(info[1]))


def _where(error: BaseException) -> str:
    """The line of code that failed; what was said there stays out of the log (H33)."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _page(code: int, instead: tuple[str, str] | None = None) -> tuple[str, int]:
    title, sentence = instead or SENTENCES.get(code, SENTENCES[500])
    typed = kept.typed() if "me" in g else []  # a member of staff at one of our forms
    return render_template("error.html", code=code, heading=title, sentence=sentence, typed=typed), code
