"""Admission: what every webhook must pass before its words count — the signature, then the shape (H68)."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

from flask import abort, request

from app import settings
from app.log import log
from app.settings import Settings
from app.webhooks.form import BadForm
from app.webhooks.signature import genuine

Shaped = TypeVar("Shaped")


def admit(shape: Callable[[Settings], Shaped]) -> Shaped:
    """What `shape` makes of this request's form. 403 when it is not Twilio's, or not for us."""
    current = settings.current()
    if not genuine(request, current):
        _refuse("signature")
    try:
        return shape(current)
    except BadForm as fault:
        _refuse(str(fault))


def _refuse(reason: str) -> NoReturn:
    log.warning("webhook_refused", path=request.path, reason=reason)
    abort(403)
