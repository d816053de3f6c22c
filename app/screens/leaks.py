"""What leaks: visits of which nobody has said whether the patient came, or what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import Appointment
from app.models.follow_ups import Encounter
from app.models.patients import Patient
from app.models.practice import Location
from app.web import times

SHOWN = 100
SEEN_BY_NOW = timedelta(hours=2)
"""How long after its beginning somebody can say whether its patient came."""


@dataclass(frozen=True)
class Seen:
    """An appointment or encounter of which somebody has something to say."""

    id: int
    patient: Patient
    at: datetime
    zone: str

    @property
    def when(self) -> str:
        return times.local(self.at, self.zone)


@dataclass(frozen=True)
class Leak:
    """How many rows leak in one way, and the oldest of them."""

    many: int
    rows: Sequence[Seen]


def nobody_said(session: Session) -> Leak:
    """Appointments that are over, and nobody has said whether the patient came."""
    over = (
        Appointment.state == "booked",
        Appointment.attended.is_(None),
        Appointment.starts_at < clock.now() - SEEN_BY_NOW,
    )
    query = select(Appointment.id, Patient, Appointment.starts_at, Location.time_zone).where(*over)
    joined = query.join(Patient, Patient.id == Appointment.patient_id).join(
        Location, Location.id == Appointment.location_id
    )
    rows = session.execute(joined.order_by(Appointment.starts_at, Appointment.id).limit(SHOWN))
    return Leak(session.scalar(select(func.count()).where(*over)) or 0, _seen(rows))


def nobody_decided(session: Session, zone: str) -> Leak:
    """Encounters of which nobody has said what follows from them."""
    query = select(Encounter.id, Patient, Encounter.at).join(Patient, Patient.id == Encounter.patient_id)
    found = query.where(Encounter.decision.is_(None)).order_by(Encounter.at, Encounter.id).limit(SHOWN)
    many = session.scalar(select(func.count()).where(Encounter.decision.is_(None))) or 0
    return Leak(many, [Seen(row_id, patient, at, zone) for row_id, patient, at in session.execute(found)])


def _seen(rows: Iterable[object]) -> list[Seen]:
    return [Seen(*row) for row in rows]  # type: ignore[misc]
