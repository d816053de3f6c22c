"""Changing the on-call calendar: each change is one entry of the practice's record, made by somebody (P10)."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, timeline
from app.models.cover import LAST_PLACE, ClosedDay, Duty, OpenHours, StaffPhone
from app.models.staff import Staff
from escalation_desk import oncall

STREAM = "practice"
Week = Mapping[int, tuple[time, time]]


class RotaRefused(ValueError):
    """The calendar cannot be so; the message is a sentence."""


def open_week(session: Session) -> dict[int, tuple[time, time]]:
    """The opening hours by weekday, Monday first."""
    rows = session.scalars(select(OpenHours).order_by(OpenHours.weekday))
    return {row.weekday: (row.opens, row.closes) for row in rows}


def set_week(session: Session, week: Week, was: Week, staff_id: int | None) -> bool:
    """Enter the opening hours of the whole week. False when they are no longer what the form was opened with."""
    if open_week(session) != was:
        return False
    session.execute(delete(OpenHours))
    if week:
        session.execute(
            insert(OpenHours),
            [{"weekday": day, "opens": opens, "closes": closes} for day, (opens, closes) in sorted(week.items())],
        )
    _tell(session, "hours_changed", staff_id)
    return True


def close_on(session: Session, day: date, name: str, staff_id: int | None) -> None:
    """The practice stays closed on that day; entered again, it has the newer name."""
    session.execute(delete(ClosedDay).where(ClosedDay.day == day))
    session.execute(insert(ClosedDay).values(day=day, name=name))
    _tell(session, "day_closed", staff_id, day=day.isoformat())


def open_on(session: Session, day: date, staff_id: int | None) -> bool:
    """The practice opens on that day after all. False when it was not closed."""
    gone = db.changed(session, delete(ClosedDay).where(ClosedDay.day == day))
    if gone:
        _tell(session, "day_opened", staff_id, day=day.isoformat())
    return gone


def enter(session: Session, duty: Duty) -> int:
    """Put a line into the calendar; returns its id. Raises RotaRefused."""
    if not 1 <= duty.place <= LAST_PLACE:
        raise RotaRefused("Please choose who is called first, second or third.")
    person = session.get(Staff, duty.staff_id) if duty.staff_id is not None else None
    if duty.staff_id is not None and (person is None or person.role != oncall.ROLE or person.disabled_at is not None):
        raise RotaRefused("Only a nurse with an account can be on call. Please choose one.")
    newest = session.scalars(_same_hours(duty).order_by(Duty.id.desc()).limit(1)).one_or_none()
    if newest is not None and newest.staff_id == duty.staff_id:
        return newest.id  # a form that was sent twice
    duty.entered_at = clock.now()
    session.add(duty)
    session.flush()
    kind = "duty_entered" if person is not None else "duty_left_empty"
    _tell(session, kind, duty.entered_by, duty=duty.id, owner=duty.staff_id)
    return duty.id


def end(session: Session, duty_id: int, staff_id: int | None) -> bool:
    """Take a line out of the calendar. False when somebody did before."""
    line = update(Duty).where(Duty.id == duty_id, Duty.ended_at.is_(None)).values(ended_at=clock.now())
    gone = db.changed(session, line)
    if gone:
        _tell(session, "duty_ended", staff_id, duty=duty_id)
    return gone


def set_phone(session: Session, of_staff: int, number: str, staff_id: int | None, *, called: bool = True) -> None:
    """Where that person is paged from now on, and whether she is called when a page goes unanswered; whether it works,
    the next page tells."""
    point = contact_points.lock(session, number)
    session.execute(delete(StaffPhone).where(StaffPhone.staff_id == of_staff))
    session.execute(
        insert(StaffPhone).values(
            staff_id=of_staff, contact_point_id=point.id, entered_at=clock.now(), failed_at=None, called=called
        )
    )
    _tell(session, "staff_phone_entered", staff_id, owner=of_staff, called=called)


def _same_hours(duty: Duty) -> Select[Duty]:
    """Lines for the same place and hours that still count."""
    return select(Duty).where(
        Duty.place == duty.place, Duty.weekday.is_not_distinct_from(duty.weekday),
        Duty.day.is_not_distinct_from(duty.day), Duty.begins == duty.begins, Duty.ends == duty.ends,
        Duty.ended_at.is_(None),
    )  # fmt: skip


def _tell(session: Session, kind: str, staff_id: int | None, **details: Any) -> None:
    actor = timeline.by_staff(staff_id)
    timeline.append(session, STREAM, kind, actor, **details)
