"""The on-call calendar as it stands: will somebody read what comes in, and who is called in which order (DESIGN 5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, settings
from app.models.cover import ClosedDay, Duty, OpenHours, StaffPhone
from app.models.practice import Practice
from app.models.staff import SignIn, Staff
from app.watchers import heartbeats
from escalation_desk.cover import Calendar, Turn

WORKS_WITHIN = timedelta(minutes=3)
"""Who has touched a page of the desk so lately sits before it."""
ROLE = "nurse"
"""Who may be on call: clinical words are for nurses."""


def covered(session: Session, at: datetime) -> bool:
    """Whether somebody will read, at `at`, what a patient answers: the desk is staffed then, or somebody is on call
    whose telephone works. Nothing that asks about health goes out unless it is so (H16)."""
    return calendar(session).covered(at)


def next_covered(session: Session, at: datetime) -> datetime | None:
    """`at` itself, or the next instant at which `covered` holds; None when the calendar has none for two weeks."""
    return calendar(session).next_covered(at)


def is_paged_on(session: Session, contact_point_id: int) -> bool:
    """Whether a member of staff is paged on that number (DESIGN 2)."""
    query = select(StaffPhone.staff_id).where(StaffPhone.contact_point_id == contact_point_id)
    return session.scalar(query.limit(1)) is not None


def asleep_for(session: Session, at: datetime) -> timedelta | None:
    """For how long no nurse's screen has been awake though the desk is to be staffed; None when one is, or when none
    was ever opened: then only the calendar knows (H17)."""
    silent = heartbeats.silent_for(session, heartbeats.NURSES_SCREEN)
    if silent is None or silent <= heartbeats.AWAKE_WITHIN or not calendar(session).staffed(at):
        return None
    return silent


def at_work(session: Session, at: datetime) -> bool:
    """Whether nurses are at work: the calendar says so, or one has her screen awake at whatever hour."""
    silent = heartbeats.silent_for(session, heartbeats.NURSES_SCREEN)
    return calendar(session).staffed(at) or (silent is not None and silent <= heartbeats.AWAKE_WITHIN)


def at_desk(session: Session, at: datetime) -> frozenset[int]:
    """Nurses who are working at the desk just then: signed in, a page touched a moment ago, while a nurse's screen is
    awake. They see what waits."""
    silent = heartbeats.silent_for(session, heartbeats.NURSES_SCREEN)
    if silent is None or silent > heartbeats.AWAKE_WITHIN:
        return frozenset()
    query = select(SignIn.staff_id).join(Staff, Staff.id == SignIn.staff_id)
    query = query.where(SignIn.ended_at.is_(None), SignIn.seen_at > at - WORKS_WITHIN, SignIn.seen_at <= clock.beyond())
    if settings.current().asks_second_factor:
        query = query.where(SignIn.passed_at.is_not(None))
    return frozenset(session.scalars(query.where(Staff.disabled_at.is_(None), Staff.role == ROLE)))


def calendar(session: Session) -> Calendar:
    """All that is entered, as one pure value."""
    zone = session.scalar(select(Practice.time_zone).limit(1)) or "UTC"
    turns = session.scalars(select(Duty).where(Duty.ended_at.is_(None)).order_by(Duty.id))
    return Calendar(
        ZoneInfo(zone),
        {each.weekday: (each.opens, each.closes) for each in session.scalars(select(OpenHours))},
        frozenset(session.scalars(select(ClosedDay.day))),
        tuple(
            Turn(each.id, each.place, each.staff_id, each.begins, each.ends, each.weekday, each.day) for each in turns
        ),
        reachable(session),
    )


def reachable(session: Session) -> frozenset[int]:
    """Nurses who may come in and whose telephone took the last page."""
    query = (
        select(StaffPhone.staff_id)
        .join(Staff, Staff.id == StaffPhone.staff_id)
        .where(StaffPhone.failed_at.is_(None), Staff.disabled_at.is_(None), Staff.role == ROLE)
    )
    return frozenset(session.scalars(query))
