"""What everybody at the desk must know before she writes: texts do not leave, or nobody looks after what is due; since
when, and whom to ask (H64, P7)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from flask import Blueprint, Flask, g, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, db
from app.log import error_name, log
from app.outreach import pauses
from app.upkeep import restorations
from app.watchers import heartbeats
from app.web.access import EVERYBODY, allows
from app.web.following import STOPPED

blueprint = Blueprint("standstill", __name__)

SLACK = timedelta(seconds=60)
LOOKED_AFTER_WITHIN = timedelta(minutes=2)
"""The sweeper goes its round every few seconds; a restart takes less than this."""


class Standstill(NamedTuple):
    """What stands still. restored: the record was, and is not compared yet; unattended: no ticker runs, so that nothing
    is done by itself; off: SENDING is; not_opened: nobody has given the go-ahead; paused: a manager has
    `stopped` some of what we begin. `since`: None when texts never left. `backed_up_at`: from when the record is."""

    why: Literal["restored", "unattended", "off", "not_opened", "paused"]
    since: datetime | None
    backed_up_at: datetime | None = None
    stopped: tuple[str, ...] = ()


def furnish(web: Flask) -> None:
    """Give every page its `standstill()`."""
    web.before_request(_look_ahead)
    web.context_processor(lambda: {"standstill": standstill})


@blueprint.get("/standstill")
@allows(*EVERYBODY, watching=True)
def now() -> str:
    """The same for a page that stays open; opened by itself it is a page."""
    part = request.headers.get("HX-Request")
    return render_template("standstill.html" if part else "standstill_alone.html")


def standstill() -> Standstill | None:
    """None while texts leave. With the database away a page has worse to say."""
    if "standstill" not in g:
        try:
            with db.reading("standstill") as session:
                beats = {each.name: each.at for each in heartbeats.everyone(session)}
                g.standstill = _restored(session) or _unattended(beats) or _switched_off(beats) or _paused(session)
        except SQLAlchemyError as error:
            log.error("database_failed", error=error_name(error))
            g.standstill = None
    found: Standstill | None = g.standstill
    return found


def _look_ahead() -> None:
    """A page may be made inside a transaction, and no other one is begun in there; parts of pages do not show it."""
    if g.get("me") is not None and not request.headers.get("HX-Request"):
        standstill()


def _restored(session: Session) -> Standstill | None:
    standing = restorations.standing(session)
    return Standstill("restored", standing[0].restored_at, standing[-1].backed_up_at) if standing else None


def _unattended(beats: Mapping[str, datetime]) -> Standstill | None:
    """Whoever reads her list must know that nothing will ring for the words on it."""
    sweeper = beats.get(heartbeats.SWEEPER)
    late = sweeper is not None and clock.now() - sweeper > LOOKED_AFTER_WITHIN
    return Standstill("unattended", sweeper) if late else None


def _paused(session: Session) -> Standstill | None:
    if pauses.NOT_OPENED in pauses.standing(session):
        return Standstill("not_opened", None)
    standing = pauses.since(session)
    stopped = tuple(STOPPED[purpose] for purpose, _ in standing)
    return Standstill("paused", standing[0][1], stopped=stopped) if standing else None


def _switched_off(beats: Mapping[str, datetime]) -> Standstill | None:
    """As the senders say: this process may have been started with other settings."""
    sweeper, sending = beats.get(heartbeats.SWEEPER), beats.get(heartbeats.SENDING)
    if sweeper is None or (sending is not None and sweeper - sending <= SLACK):
        return None
    return Standstill("off", sending)
