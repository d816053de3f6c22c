"""Days off, and the patients of one that is called off, before and after it is, as the pages show them."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.models.snow_days import SnowDay, SnowDayPatient
from app.outreach import snow_days
from app.scheduling import days_off as off
from app.scheduling.days_off import DayOff
from app.web import times
from app.web.reasons import REASONS

SHOWN = 20
STANDS = {
    "listed": "is called off within seconds",
    "waiting": "is told by text",
    "texted": "the text is on its way",
    "told": "was told by text",
    "call": "the front desk calls",
    "left": "nobody is told",
    "undone": "takes place after all",
}
"""How it stands with a patient."""
FORESEEN = {"begun": "by text", "waiting": "by text, later", "task": "by a call", "dropped": "nobody is told"}


@dataclass(frozen=True)
class Line:
    """A patient on the page: when she was to come, how she is told, and why so."""

    patient: Patient
    at: datetime
    visits: int
    how: str
    why: str
    calls: bool


def foreseen(each: snow_days.Concerned) -> Line:
    decision = each.decision
    why = "" if decision.state == "begun" else REASONS.get(decision.reason, "see the record")
    first = each.visits[0].starts_at
    return Line(each.patient, first, len(each.visits), FORESEEN[decision.state], why, decision.state == "task")


def lines(session: Session, row: SnowDay) -> list[Line]:
    rows = session.execute(
        select(SnowDayPatient, Patient, Appointment.starts_at)
        .join(Patient, Patient.id == SnowDayPatient.patient_id)
        .join(Appointment, Appointment.id == SnowDayPatient.appointment_id)
        .where(SnowDayPatient.snow_day_id == row.id)
        .order_by(SnowDayPatient.id)
    )
    return [
        Line(patient, at, 1, _how(each), REASONS.get(each.reason or "", ""), each.state == "call")
        for each, patient, at in rows
    ]


def _how(each: SnowDayPatient) -> str:
    later = ", later" if each.state == "waiting" and each.reason else ""
    return STANDS[each.state] + later


def before(session: Session) -> list[tuple[SnowDay, str, int]]:
    """The last days that were called off, with what they were and for how many patients."""
    many = select(SnowDayPatient.snow_day_id, func.count()).group_by(SnowDayPatient.snow_day_id)
    counted = dict(session.execute(many).all())
    rows = session.scalars(select(SnowDay).order_by(SnowDay.id.desc()).limit(SHOWN))
    return [(row, title(session, row), counted.get(row.id, 0)) for row in rows]


def days_off(session: Session, first: date, last: date) -> dict[date, list[DayOff]]:
    """The days off from `first` to `last`, by day; `Called off, Dr. Chen` where it was for some only."""
    found: dict[date, list[DayOff]] = {}
    for each in off.between(session, first, last):
        whom = _scope(session, each.snow_day) if each.snow_day is not None else []
        found.setdefault(each.day, []).append(replace(each, said=", ".join([each.said, *whom])))
    return found


def title(session: Session, row: SnowDay) -> str:
    """`Tue Dec 1, Dr. Chen`."""
    return ", ".join([times.day(datetime.combine(row.day, datetime.min.time())), *_scope(session, row)])


def _scope(session: Session, row: SnowDay) -> list[str]:
    """Whose day and where, if not everybody's everywhere."""
    provider = session.get(Provider, row.provider_id) if row.provider_id is not None else None
    location = session.get(Location, row.location_id) if row.location_id is not None else None
    return [each.name for each in (provider, location) if each is not None]
