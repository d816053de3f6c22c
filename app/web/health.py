"""Whether this process is alive, whether it can do its work (yes or no, nothing else), and figures for a machine."""

from datetime import timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from app import db, queue, settings
from app.log import error_name, log
from app.upkeep import metrics as figures
from app.watchers import heartbeats
from app.web.access import machine, public

blueprint = Blueprint("health", __name__)

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


@blueprint.get("/metrics")
@machine
def metrics() -> ResponseReturnValue:
    """Prometheus text: the practice's figures, then this process's own."""
    practice = CollectorRegistry(auto_describe=False)
    practice.register(figures.Practice(settings.current()))
    return generate_latest(practice) + generate_latest(REGISTRY), 200, {"Content-Type": CONTENT_TYPE_LATEST}


def _missing() -> str | None:
    try:
        with db.reading("readiness") as session:
            silent = heartbeats.silent_for(session, heartbeats.SWEEPER)
    except SQLAlchemyError as error:
        return f"database:{error_name(error)}"
    if silent is None or silent > SWEEPER_SILENT:
        return "sweeper"
    return None if queue.answers() else "redis"
