"""Which step of a visit's cadence is due, derived from the rows as they are (P6): no reminder is stored ahead.

A step has one key for one version of an appointment, so that a moved one leaves no orphan and nothing is said twice.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db
from app.delivery import receipts
from app.library import versions
from app.models.appointments import Appointment, OutreachStep
from app.outreach import ringable
from dialogs.engine.cadences import Step, without_calls

DIALOG = receipts.CONFIRMING
AT_ONCE = 1000
"""So many visits in a round."""


class Due(NamedTuple):
    """A visit with those of its steps that are due: the current question, and the person's call."""

    appointment_id: int
    steps: tuple[Step, ...]


def asks(session: Session, visit: Appointment) -> Sequence[Step]:
    """The questions that the cadence in force asks before such a visit, the earliest first."""
    return versions.in_force(session).cadences.asks(DIALOG, visit.visit_type)


def hers(session: Session, visit: Appointment) -> Sequence[Step]:
    """The same with the calls of ours that there are for her."""
    ladder = versions.in_force(session).cadences.of(DIALOG, visit.visit_type)[:-1]
    return ringable.ladder(session, visit.patient_id, ladder)


def calls(session: Session, visit: Appointment) -> Step:
    """The step at which a person asks: what could not be asked by then, or was not answered."""
    return versions.in_force(session).cadences.of(DIALOG, visit.visit_type)[-1]


def due() -> list[Due]:
    """What a round sees to. Of more than it has room for it begins anywhere, so that what must wait keeps off none."""
    now = clock.now()
    with db.reading("outreach.due") as session:
        cadences = versions.in_force(session).cadences
        horizon = now - min(steps[0].at for steps in cadences.ladders[DIALOG].values())
        ahead = (
            Appointment.state == "booked", Appointment.confirmed_at.is_(None),
            Appointment.starts_at > now, Appointment.starts_at <= horizon,
        )  # fmt: skip
        agreed = ringable.agreed(Appointment.patient_id).label("agreed")
        columns = Appointment.id, Appointment.version, Appointment.starts_at, Appointment.visit_type, agreed
        rows = session.execute(select(*columns).where(*ahead).order_by(Appointment.starts_at, Appointment.id)).all()
        over = select(OutreachStep.key).join(Appointment).where(*ahead, OutreachStep.state != "waiting")
        settled = set(session.scalars(over))
    found = []
    for row in rows:
        fallen = _fallen_due(_ladder(cadences.of(DIALOG, row.visit_type), row.agreed), row.starts_at, now)
        open_steps = tuple(step for step in fallen if key_of(row.id, row.version, step) not in settled)
        found += [Due(row.id, open_steps)] if open_steps else []
    start = secrets.randbelow(len(found)) if len(found) > AT_ONCE else 0
    return [*found[start:], *found[:start]][:AT_ONCE]


def _ladder(steps: Sequence[Step], agreed: object) -> Sequence[Step]:
    return steps if agreed else without_calls(steps)


def _fallen_due(ladder: Sequence[Step], starts_at: datetime, now: datetime) -> Iterator[Step]:
    """The question that is current, and a person's call once its time has come."""
    yield from current(ladder[:-1], starts_at, now)
    yield from current(ladder[-1:], starts_at, now)


def current(steps: Sequence[Step], starts_at: datetime, now: datetime) -> Iterator[Step]:
    """The one step that is current: after an outage the newest is asked, the older are not flushed after it."""
    yield from [step for step in steps if now >= starts_at + step.at][-1:]


def key_of(appointment_id: int, version: int, step: Step | str) -> str:
    """The key of a step, or of what else is said once, for one version of an appointment."""
    return f"{DIALOG}:{appointment_id}:v{version}:{step.name if isinstance(step, Step) else step}"
