"""How much waits on each list: beside its name in the menu of every page, and told anew while the page is open."""

from dataclasses import dataclass

from flask import Flask, g, request
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, db
from app.log import error_name, log
from escalation_desk import items
from escalation_desk.models import LISTS, DeskItem


@dataclass(frozen=True, slots=True)
class Count:
    """What waits on a list; `crisis` of them with crisis or emergency words, `rings` of those that nobody has, or whose
    owner has a minute left to look at them."""

    waiting: int = 0
    crisis: int = 0
    rings: int = 0


def furnish(web: Flask) -> None:
    """Give every page its `waiting()`."""
    web.before_request(_look_ahead)
    web.context_processor(lambda: {"waiting": waiting})


def counts(session: Session) -> dict[str, Count]:
    """How many items are open on each list."""
    crisis = DeskItem.rank == items.CRISIS_RANK
    rings = and_(crisis, or_(DeskItem.state == "open", DeskItem.lease_until <= clock.now() + items.LOOKS_WITHIN))
    many = (func.count(), func.sum(case((crisis, 1), else_=0)), func.sum(case((rings, 1), else_=0)))
    query = select(DeskItem.list, *many).where(DeskItem.state != "closed").group_by(DeskItem.list)
    found = {row[0]: Count(*(int(each) for each in row[1:])) for row in session.execute(query)}
    return {name: found.get(name, Count()) for name in LISTS}


def waiting() -> dict[str, Count] | None:
    """The counts of this request; None with the database away, when a page has worse to say."""
    if "waiting" not in g:
        try:
            with db.reading("waiting") as session:
                g.waiting = counts(session)
        except SQLAlchemyError as error:
            log.error("database_failed", error=error_name(error))
            g.waiting = None
    found: dict[str, Count] | None = g.waiting
    return found


def _look_ahead() -> None:
    """A page may be made inside a transaction, and no other one is begun in there; parts of pages have their own."""
    if g.get("me") is not None and request.endpoint != "live.stream" and not request.headers.get("HX-Request"):
        waiting()
