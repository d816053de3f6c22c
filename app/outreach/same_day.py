"""Several visits of one patient on one day: she is asked about them by one text (decision 0060)."""

from collections.abc import Callable, Collection, Sequence
from operator import lt
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, local_times
from app.delivery import receipts
from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.day_moves import DayMoveVisit
from app.models.patients import Patient
from app.models.practice import Location
from app.outreach import askable, talked
from app.talk import matters, saying
from dialogs.engine.vocabulary import AT_ONCE

MOVED = "confirm_moved"
TODAY = "confirm_today"
ASKS_ONE = (receipts.CONFIRMING, TODAY)
"""What is said to somebody about one visit; whoever shares the number reads it with numbers of their own."""
TOGETHER = AT_ONCE["shared"]
IN_ONE_PLACE, ELSEWHERE = 3, 2
"""How many visits a text has room for: where all are in one place, and where each is named with its own."""


def said(
    session: Session, visit: Appointment, says: str, settled: Callable[[Appointment], bool], *, rings: bool,
    behind: Collection[int] = (),
) -> tuple[str, Sequence[Appointment]]:  # fmt: skip
    """Which dialog a step says, and about which visits, the soonest first: whoever was asked about the visit as it was
    before reads that it has changed; whoever has several on one day is texted about them together. `settled`: whether
    a person has a visit's question already; `behind`: everybody who shares the number, who are asked with numbers of
    their own."""
    known = versions.in_force(session).dialogs
    if says == receipts.CONFIRMING and MOVED in known and _was_moved(session, visit):
        return MOVED, [visit]
    if len(behind) > 1 and says in ASKS_ONE and not rings and saying.SHARED_PHONE in known:
        return saying.SHARED_PHONE, _with_others(session, visit, settled, behind)
    if says != receipts.CONFIRMING or rings or saying.WHOLE_DAY not in known:
        return says, [visit]
    visits = _with_others(session, visit, settled, [visit.patient_id])
    return (saying.WHOLE_DAY if len(visits) > 1 else says), visits


def _with_others(
    session: Session, visit: Appointment, settled: Callable[[Appointment], bool], patients: Collection[int]
) -> Sequence[Appointment]:  # fmt: skip
    """The visit and those of the same day that can be asked about beside it. What there is no room for is asked by
    itself."""
    found, shared = [visit], len(patients) > 1
    for other in _of_that_day(session, visit, patients):
        here = {each.location_id for each in found} == {other.location_id}
        room = (TOGETHER if here else 1) if shared else IN_ONE_PLACE if here else ELSEWHERE
        new = (
            not settled(other)
            and not askable.answered(talked.of_one(session, other), other)
            and not _was_moved(session, other)
        )
        if new and len(found) < room:
            found.append(other)
    return sorted(found, key=lambda each: (each.starts_at, each.id))


def _was_moved(session: Session, visit: Appointment) -> bool:
    """Whether its patient was asked about it as it was before, or it went with its whole day: then she must read that
    it has changed."""
    query = select(Conversation.id).where(matters.about(visit, lt))
    with_day = select(DayMoveVisit.id).where(
        DayMoveVisit.appointment_id == visit.id, DayMoveVisit.version == visit.version, DayMoveVisit.state == "moved"
    )
    return any(session.scalar(each.limit(1)) is not None for each in (query, with_day))


def _of_that_day(session: Session, visit: Appointment, patients: Collection[int]) -> Sequence[Appointment]:
    """These patients' other visits of that day on the wall of the place, which nobody has confirmed."""
    zone = ZoneInfo(session.get_one(Location, visit.location_id).time_zone)
    midnight, next_midnight = local_times.day_around(visit.starts_at, zone)
    reached = Patient.id.in_(patients), Patient.deceased_on.is_(None), ~Patient.do_not_contact
    query = select(Appointment).where(
        Appointment.patient_id.in_(select(Patient.id).where(*reached)),
        Appointment.id != visit.id,
        Appointment.state == "booked",
        Appointment.confirmed_at.is_(None),
        Appointment.starts_at >= max(midnight, clock.now() + askable.LAST_CALL),
        Appointment.starts_at < next_midnight,
    )
    return session.scalars(query.order_by(Appointment.starts_at, Appointment.id)).all()
