"""The go-ahead: before a manager has given it nothing leaves that we begin, and it is given only when all is there.

Whether it stands is asked with the pauses (app.outreach.pauses), so that it holds wherever they do: replies, hand-offs
and pages go without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.library import versions
from app.models.cover import OpenHours
from app.models.practice import BASES, GoAhead, Location, Practice, Provider
from app.models.staff import Staff
from escalation_desk import oncall

GIVEN = BASES[:3]
"""Consents that somebody can name; the last one is only what an earlier Handrail did."""
ANSWERS_WITHIN = timedelta(days=7)
"""For so long ahead somebody must be there for whatever a patient answers."""
LOOKED_AFTER_BY = ("manager", "nurse", "front_desk")


@dataclass(frozen=True)
class Point:
    """One thing that must be there; `lacks`: what of it is missing, by name, or nothing."""

    name: str
    lacks: tuple[str, ...]


def points(session: Session) -> list[Point]:
    """All that must be there, as it stands now, in the order in which it is set up."""
    every = (("practice", _practice), ("owners", _owners), ("hours", _hours), ("cover", _cover), ("texts", _texts))
    return [Point(name, tuple(lacks(session))) for name, lacks in every]


def standing(session: Session) -> GoAhead | None:
    """What was given; None: nothing leaves."""
    return session.scalars(select(GoAhead).limit(1)).one_or_none()


def give(session: Session, basis: str, kept: str, staff_id: int) -> bool:
    """Open sending. False when something is missing, or when somebody has opened it already."""
    if any(point.lacks for point in points(session)):
        return False
    practice_id = session.scalars(select(Practice.id).limit(1)).one()
    values = {"practice_id": practice_id, "basis": basis, "kept": kept}
    given = db.put(session, GoAhead, {**values, "given_by": staff_id, "given_at": clock.now()})
    if given is not None:
        stream, actor = timeline.of_staff(staff_id), timeline.by_staff(staff_id)
        timeline.append(session, stream, "go_ahead_given", actor, words=kept, basis=basis)
    return given is not None


def _practice(session: Session) -> Iterator[str]:
    """Texts name the practice and the place, and appointments are with somebody."""
    for name, table in (("practice", Practice), ("location", Location), ("provider", Provider)):
        if not session.scalar(select(exists(select(table.id)))):
            yield name


def _owners(session: Session) -> Iterator[str]:
    """Somebody of each role that a matter can be given to, and somebody who may stop it all."""
    there = set(session.scalars(select(Staff.role).where(Staff.disabled_at.is_(None)).distinct()))
    yield from (role for role in LOOKED_AFTER_BY if role not in there)


def _hours(session: Session) -> Iterator[str]:
    if not session.scalar(select(func.count()).select_from(OpenHours)):
        yield "hours"


def _cover(session: Session) -> Iterator[str]:
    now = clock.now()
    if oncall.calendar(session).gaps(now, now + ANSWERS_WITHIN):
        yield "cover"


def _texts(session: Session) -> Iterator[str]:
    """Every dialog that a cadence begins, and the fixed texts, put in force by somebody."""
    shelf = versions.in_force(session)
    if versions.newest_fixed(session) is None:
        yield "fixed"
    ladders = [ladder for kinds in shelf.cadences.ladders.values() for ladder in kinds.values()]
    said = {step.says for ladder in ladders for step in ladder if step.says is not None}
    yield from sorted(said - shelf.dialogs.keys())
