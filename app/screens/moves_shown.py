"""Moved days as their pages show them: in words, and visit by visit."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.day_moves import DayMove, DayMoveVisit
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.scheduling.day_plans import Plan, Planned
from app.screens.booking import is_odd
from app.web import page as web_page
from app.web import times
from app.web.reasons import REASONS
from app.web.times import local

STANDS = {
    "listed": ("○", "", "Is moved in a moment"),
    "moved": ("◐", "", "Moved; the patient is told next"),
    "texted": ("◐", "", "Moved; the patient was told, and has not answered yet"),
    "told": ("✓", "mine", "Moved; the patient has answered"),
    "call": ("▲", "care", "Moved; please call the patient: a task says so"),
    "back": ("○", "", "Is moved back in a moment"),
    "left": ("▲", "care", "Was not moved by this, or was changed since"),
    "undone": ("✕", "", "Stands where it was"),
}
"""How a visit of a moved day stands: shape, colour and words."""


@dataclass(frozen=True)
class VisitShown:
    """A visit of the day: whose, when, and what would become of it, or has. `odd`: at an hour that is hardly meant."""

    patient: Patient
    was: str
    now: str
    against: str = ""
    odd: bool = False
    state: str = ""
    reason: str = ""

    @property
    def stands(self) -> tuple[str, str, str]:
        return STANDS[self.state]


def as_planned(session: Session, each: Planned) -> VisitShown:
    """Where it would go."""
    zone = session.get_one(Location, each.visit.location_id).time_zone
    now = local(each.to_at, zone) if each.to_at is not None else ""
    odd = each.to_at is not None and is_odd(each.to_at.astimezone(ZoneInfo(zone)).time())
    patient = session.get_one(Patient, each.visit.patient_id)
    return VisitShown(patient, local(each.visit.starts_at, zone), now, each.against, odd)


def visits(session: Session, row: DayMove) -> list[VisitShown]:
    """What has become of each."""
    query = (
        select(DayMoveVisit, Patient, Location.time_zone)
        .join(Appointment, Appointment.id == DayMoveVisit.appointment_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(DayMoveVisit.day_move_id == row.id)
        .order_by(DayMoveVisit.was_at, DayMoveVisit.id)
    )
    return [
        VisitShown(
            patient, local(each.was_at, zone), local(each.to_at, zone), state=each.state,
            reason=REASONS.get(each.reason or "", "") if each.state in ("moved", "call") else "",
        )
        for each, patient, zone in session.execute(query)
    ]  # fmt: skip


def said(session: Session, move: Plan | DayMove) -> str:
    """`Dr. Okafor, Thu Nov 26, to Fri Nov 27, 60 minutes later`."""
    parts = [session.get_one(Provider, move.provider_id).name]
    if move.location_id is not None:
        parts.append(session.get_one(Location, move.location_id).name)
    parts.append(_day(move.day))
    if move.to_day != move.day:
        parts.append(f"to {_day(move.to_day)}")
    if move.minutes:
        parts.append(f"{abs(move.minutes)} minutes {'later' if move.minutes > 0 else 'earlier'}")
    return ", ".join(parts)


def _day(day: date) -> str:
    return times.day(datetime.combine(day, time(), tzinfo=web_page.zone()))
