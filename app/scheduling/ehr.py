"""What somebody must enter in the EHR, where the practice's schedule lives: for each change of a visit one task, and
one row for the file of changes."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.practice import Location, Provider
from escalation_desk import items

ENTER = "enter_in_ehr"


@dataclass(frozen=True)
class Was:
    """Where an appointment lies, or lay before it was moved."""

    provider_id: int
    location_id: int
    starts_at: datetime

    @classmethod
    def of(cls, appointment: Appointment) -> "Was":
        return cls(appointment.provider_id, appointment.location_id, appointment.starts_at)


def tell(session: Session, appointment: Appointment, was: Was | None, actor: str) -> None:
    """Somebody must enter in the EHR what has become of an appointment: the practice's schedule lives there."""
    before = write(session, appointment, was)
    items.raise_task(
        session, entry_key(appointment), ENTER, contact_points.first_of(session, appointment.patient_id),
        patient_id=appointment.patient_id, appointment_id=appointment.id, note=_told(session, appointment, before),
        actor=actor,
    )  # fmt: skip


def write(session: Session, appointment: Appointment, was: Was | None) -> Was | None:
    """The row for the file of changes alone; where the visit lay before, if it was moved."""
    what = "cancelled" if appointment.state == "cancelled" else "booked" if was is None else "moved"
    before = was if what == "moved" else None
    session.add(
        VisitChange(
            key=entry_key(appointment), appointment_id=appointment.id, what=what, at=clock.now(),
            provider_id=appointment.provider_id, location_id=appointment.location_id, starts_at=appointment.starts_at,
            was_provider_id=before and before.provider_id, was_location_id=before and before.location_id,
            was_starts_at=before and before.starts_at,
        )
    )  # fmt: skip
    return before


def _told(session: Session, appointment: Appointment, was: Was | None) -> str:
    now = _where(session, Was.of(appointment))
    if appointment.state == "cancelled":
        return f"Cancelled: {now}"
    return f"Moved from {_where(session, was)} to {now}" if was is not None else f"Booked: {now}"


def _where(session: Session, at: Was) -> str:
    provider = session.scalars(select(Provider.name).where(Provider.id == at.provider_id)).one()
    location = session.execute(select(Location.name, Location.time_zone).where(Location.id == at.location_id)).one()
    return f"{on_the_wall(at.starts_at, location.time_zone)}, {provider}, {location.name}"


def entry_key(appointment: Appointment) -> str:
    """The task that tells the EHR of an appointment as it stands now."""
    return f"ehr:{appointment.id}:v{appointment.version}"


def on_the_wall(at: datetime, zone: str) -> str:
    """`Tue Nov 24, 3:00 PM` at the place."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a %b} {there.day}, {there.hour % 12 or 12}:{there:%M %p}"
