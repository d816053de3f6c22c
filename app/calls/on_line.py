"""A nurse on the line: rung in turn while the caller waits, once her words are on the desk (issue 9, point 4).

Where nobody takes it the words climb the ladder as they would have, and the caller hears the truth.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calls.answers import Step
from app.calls.moment import Moment, connect
from escalation_desk import nurse_rings
from escalation_desk.models import DeskItemWords


def ring(now: Moment, *says: str) -> Step | None:
    """Ring the first nurse, if the practice chose it and there is one; the words of this turn are on the desk."""
    if not nurse_rings.wanted(now.session):
        return None
    return _next(now, _item_of(now.session, now.scene.exchange_id), *says, "call_nurse_rings")


def after(now: Moment) -> Step:
    """Her side is over: they talked, or the next one is rung, or there is nobody else. That somebody answered does not
    mean that she took it: only her key does."""
    rung = nurse_rings.last(now.session, now.call.id)
    if rung is None:
        return _nobody(now)
    if rung.state == "taken" and now.turn.answered:
        nurse_rings.over(now.session, rung, now.turn.seconds)
        return Step("over", ("call_goodbye",), "connected")
    if rung.state == "taken":
        return _nobody(now)  # they missed each other: she has the item, and calls back
    nurse_rings.not_taken(now.session, rung)
    return _next(now, rung.desk_item_id, "call_next_nurse") or _nobody(now)


def _next(now: Moment, item_id: int, *says: str) -> Step | None:
    found = nurse_rings.next_one(now.session, now.call, item_id)
    if found is None:
        return None
    rung, number = found
    return Step("to_nurse", says, "words", rings=number, whisper=rung.token)


def _nobody(now: Moment) -> Step:
    """Whoever cannot be called back goes on to the practice."""
    if now.call.withheld:
        return connect(now, "call_no_nurse_now")
    return Step("nurse", ("call_no_nurse_now", "call_no_nurse"), "words")


def _item_of(session: Session, exchange_id: int) -> int:
    query = select(DeskItemWords.desk_item_id).where(DeskItemWords.exchange_id == exchange_id)
    return session.scalars(query).one()
