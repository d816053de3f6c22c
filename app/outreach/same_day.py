"""Several visits of one patient on one day: she is asked about them by one text (decision 0060)."""

from collections.abc import Callable, Sequence
from operator import lt
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, local_times
from app.delivery import receipts
from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.practice import Location
from app.outreach import askable
from app.talk import matters, saying

MOVED = "confirm_moved"
IN_ONE_PLACE, ELSEWHERE = 3, 2
"""How many visits a text has room for: where all are in one place, and where each is named with its own."""


def said(
    session: Session, visit: Appointment, says: str, settled: Callable[[Appointment], bool], *, rings: bool
) -> tuple[str, Sequence[Appointment]]:  # fmt: skip
    """Which dialog a step says, and about which visits, the soonest first: whoever was asked about the visit as it was
    before reads that it has changed; whoever has several on one day is texted about them together. `settled`: whether
    a person has a visit's question already."""
    known = versions.in_force(session).dialogs
    if says == receipts.CONFIRMING and MOVED in known and _was_moved(session, visit):
        return MOVED, [visit]
    if says != receipts.CONFIRMING or rings or saying.WHOLE_DAY not in known:
        return says, [visit]
    visits = _with_others(session, visit, settled)
    return (saying.WHOLE_DAY if len(visits) > 1 else says), visits


def _with_others(
    session: Session, visit: Appointment, settled: Callable[[Appointment], bool]
) -> Sequence[Appointment]:  # fmt: skip
    """The visit and those of the same day that can be asked about beside it. What there is no room for is asked by
    itself."""
    found = [visit]
    for other in _of_that_day(session, visit):
        room = IN_ONE_PLACE if {each.location_id for each in found} == {other.location_id} else ELSEWHERE
        new = not settled(other) and not askable.answered(session, other) and not _was_moved(session, other)
        if new and len(found) < room:
            found.append(other)
    return sorted(found, key=lambda each: (each.starts_at, each.id))


def _was_moved(session: Session, visit: Appointment) -> bool:
    """Whether its patient was asked about it as it was before: then she must read that it has changed."""
    query = select(Conversation.id).where(matters.about(visit, lt))
    return session.scalar(query.limit(1)) is not None


def _of_that_day(session: Session, visit: Appointment) -> Sequence[Appointment]:
    """The patient's other visits of that day on the wall of the place, which nobody has confirmed."""
    zone = ZoneInfo(session.get_one(Location, visit.location_id).time_zone)
    midnight, next_midnight = local_times.day_around(visit.starts_at, zone)
    query = select(Appointment).where(
        Appointment.patient_id == visit.patient_id,
        Appointment.id != visit.id,
        Appointment.state == "booked",
        Appointment.confirmed_at.is_(None),
        Appointment.starts_at >= max(midnight, clock.now() + askable.LAST_CALL),
        Appointment.starts_at < next_midnight,
    )
    return session.scalars(query.order_by(Appointment.starts_at, Appointment.id)).all()
