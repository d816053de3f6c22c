"""Reading what a form sent: typed, bounded, and refused with 400 when our own page cannot have sent it."""

from collections.abc import Collection
from typing import TypeVar

from flask import abort, request

T = TypeVar("T", bound=str)
LARGEST_ID = 2**31 - 1
FORM_TOKEN_LENGTH = range(16, 65)


def text(name: str) -> str:
    """What was typed; without NUL, which no database takes, and with plain line ends."""
    return request.form.get(name, "").replace("\0", "").replace("\r\n", "\n")


def one_of(name: str, choices: Collection[T]) -> T:
    """What was chosen among the values of our own page."""
    value = text(name)
    return next((each for each in choices if each == value), None) or abort(400)


def row_id(name: str) -> int:
    """A hidden field with the id (or version) of a row."""
    value = request.form.get(name, "")
    if not (value.isascii() and value.isdecimal()) or int(value[:12]) > LARGEST_ID:
        abort(400)
    return int(value)


def token(name: str) -> str:
    """The form's own token, by which a double click is known."""
    value = request.form.get(name, "")
    if len(value) not in FORM_TOKEN_LENGTH or not value.isascii() or not value.isprintable():
        abort(400)
    return value
