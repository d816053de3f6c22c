"""Moving a provider's whole day: to another day, or by some minutes (decision 0086).

Staff see where each visit would lie and what speaks against it; what they confirm is worked off row by row, each visit
in a transaction of its own, guarded by the version that they saw (H45).
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, timeline
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.day_moves import DayMove, DayMoveVisit
from app.models.practice import Location
from app.scheduling import booking, day_plans, day_slots, ehr, slots
from app.scheduling.day_plans import Plan
from escalation_desk import items

LEFT = "day_move_left"


class Changed(Exception):
    """What was confirmed is not what stands there now; nothing was done."""


def begin(session: Session, plan: Plan, seen: Sequence[str], key: str, staff_id: int) -> int:
    """Write down what was confirmed, once for the form's `key`; its id. What cannot be moved is somebody's task, and
    the times that nobody has go along at once, so that none of the old day is given away. Raises Changed."""
    slots.lock(session, plan.provider_id)
    found = session.scalar(select(DayMove.id).where(DayMove.key == key))
    if found is not None:
        return found
    rows = day_plans.planned(session, plan)
    if [each.seen for each in rows] != list(seen) or not any(each.to_at for each in rows):
        raise Changed
    move_id = db.put(session, DayMove, {
        "key": key, "provider_id": plan.provider_id, "location_id": plan.location_id, "day": plan.day,
        "to_day": plan.to_day, "minutes": plan.minutes, "made_by": staff_id, "made_at": clock.now(),
    })  # fmt: skip
    if move_id is None:
        raise Changed
    move = session.get_one(DayMove, move_id)
    for each in rows:
        if each.to_at is None:
            leave_to_person(session, move_id, each.visit, each.against)
        else:
            session.add(DayMoveVisit(
                day_move_id=move_id, appointment_id=each.visit.id, version=each.visit.version,
                was_at=each.visit.starts_at, to_at=each.to_at, state="listed", decided_at=clock.now(),
            ))  # fmt: skip
    day_slots.shift(session, move)
    timeline.append(
        session, timeline.of_staff(staff_id), "day_moved", timeline.by_staff(staff_id), day_move=move_id,
        provider=plan.provider_id, day=plan.day.isoformat(), to_day=plan.to_day.isoformat(), minutes=plan.minutes,
    )  # fmt: skip
    return move_id


def move_one(session: Session, row: DayMoveVisit) -> None:
    """Move a listed visit; its patient's number and the row are locked. What has changed since staff saw it stays as it
    is, and is somebody's task."""
    move = session.get_one(DayMove, row.day_move_id)
    slots.lock(session, move.provider_id)
    visit = session.get_one(Appointment, row.appointment_id, populate_existing=True)
    zone = ZoneInfo(session.get_one(Location, visit.location_id).time_zone)
    going = set(session.scalars(select(DayMoveVisit.appointment_id).where(DayMoveVisit.day_move_id == move.id)))
    against = next(day_plans.against(session, visit, row.to_at, zone, going, move.id), "")
    if against or not _go(session, visit, row, row.to_at, move.made_by):
        stand(session, row, "left", "changed")
        leave_to_person(session, move.id, visit, against or "It was changed meanwhile.")
        return
    row.version += 1
    stand(session, row, "moved", None)


def move_back(session: Session, row: DayMoveVisit) -> None:
    """Where nobody was told yet: it lies where it was. Whoever has changed it since meant it."""
    move = session.get_one(DayMove, row.day_move_id)
    visit = session.get_one(Appointment, row.appointment_id, populate_existing=True)
    if _go(session, visit, row, row.was_at, move.undone_by or move.made_by):
        stand(session, row, "undone", None)
    else:
        stand(session, row, "left", "changed")


def _go(session: Session, visit: Appointment, row: DayMoveVisit, to_at: datetime, staff_id: int) -> bool:
    """The EHR is told in any case, and the hour that it leaves is given to nobody."""
    was = ehr.Was.of(visit)
    if not booking.move(session, visit.id, row.version, to_at, visit.provider_id, visit.location_id, staff_id):
        return False
    now = session.get_one(Appointment, visit.id, populate_existing=True)
    told = select(VisitChange.id).where(VisitChange.key == ehr.entry_key(now))
    if session.scalar(told) is None:
        ehr.tell(session, now, was, timeline.by_staff(staff_id))
    slots.close_freed(session, now)
    return True


def undo(session: Session, move_id: int, staff_id: int) -> int:
    """Take it back for everybody who was not told yet; for how many. A second time for nobody."""
    of_move = DayMoveVisit.day_move_id == move_id
    listed = update(DayMoveVisit).where(of_move, DayMoveVisit.state == "listed")
    moved = update(DayMoveVisit).where(of_move, DayMoveVisit.state == "moved")
    now = clock.now()
    many = len(session.scalars(listed.values(state="undone", decided_at=now).returning(DayMoveVisit.id)).all())
    many += len(session.scalars(moved.values(state="back", decided_at=now).returning(DayMoveVisit.id)).all())
    if many:
        session.execute(update(DayMove).where(DayMove.id == move_id).values(undone_by=staff_id, undone_at=now))
        by = timeline.by_staff(staff_id)
        timeline.append(session, timeline.of_staff(staff_id), "day_move_undone", by, day_move=move_id, many=many)
    return many


def stand(session: Session, row: DayMoveVisit, state: str, reason: str | None) -> None:
    """What has become of a visit of the day."""
    row.state, row.reason, row.decided_at = state, reason, clock.now()
    session.flush()


def leave_to_person(session: Session, move_id: int, visit: Appointment, against: str) -> None:
    """It does not go along: somebody finds another time for it."""
    items.raise_task(
        session, f"day_move:{move_id}:{visit.id}", LEFT, contact_points.first_of(session, visit.patient_id),
        patient_id=visit.patient_id, appointment_id=visit.id, note=against,
    )  # fmt: skip
