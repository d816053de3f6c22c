"""Whether this process is alive, and whether it can do its work: yes or no, nothing else."""

from datetime import timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import db, heartbeats, queue
from app.log import error_name, log
from app.web.access import public

blueprint = Blueprint("health", __name__)

SWEEPER = "sweeper"
SWEEPER_SILENT = timedelta(seconds=60)
"""Four of its rounds (≤ 15 s each) missed."""

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return "ok\n", 200, PLAIN


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Database, Redis and the sweeper are there: `yes`, or `no` with 503; why stands in the log."""
    if missing := _missing():
        log.warning("not_ready", reason=missing)
        return "no\n", 503, PLAIN
    return "yes\n", 200, PLAIN


def _missing() -> str | None:
    try:
        with db.reading("readiness") as session:
            silent = heartbeats.silent_for(session, SWEEPER)
    except SQLAlchemyError as error:
        return f"database:{error_name(error)}"
    if silent is None or silent > SWEEPER_SILENT:
        return "sweeper"
    return None if queue.answers() else "redis"
