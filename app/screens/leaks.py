"""What leaks: visits of which nobody has said whether the patient came, or what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import Appointment
from app.models.conversations import Exchange
from app.models.follow_ups import Encounter, FollowUp
from app.models.outbox import Outbound
from app.models.patients import Patient, PatientContactPoint
from app.models.practice import Location
from app.web import times

SHOWN = 100
DARK_AFTER = timedelta(days=182)
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
    found = query.where(*_undecided()).order_by(Encounter.at, Encounter.id).limit(SHOWN)
    many = session.scalar(select(func.count()).select_from(Encounter).join(Patient).where(*_undecided())) or 0
    return Leak(many, [Seen(row_id, patient, at, zone) for row_id, patient, at in session.execute(found)])


def _undecided() -> tuple[ColumnElement[bool], ...]:
    """After a death nothing is to follow."""
    return Encounter.decision.is_(None), Patient.deceased_on.is_(None)


def dark(session: Session) -> int:
    """How many stand in the dark panel."""
    return session.scalar(select(func.count()).select_from(Patient).where(*is_dark())) or 0


def is_dark() -> tuple[ColumnElement[bool], ...]:
    """Patients with a regular visit, or a follow-up for one, of whom nothing was heard or seen for so long, and who
    have no visit ahead."""
    since = clock.now() - DARK_AFTER
    hers = select(PatientContactPoint.contact_point_id).where(PatientContactPoint.patient_id == Patient.id)
    hers = hers.correlate(Patient)
    booked = select(Appointment.id).where(Appointment.patient_id == Patient.id, Appointment.state == "booked")
    seen = booked.where(Appointment.starts_at > since, Appointment.attended.is_distinct_from("missed"))
    met = select(Encounter.id).where(Encounter.patient_id == Patient.id)
    regular = select(FollowUp.id).where(FollowUp.patient_id == Patient.id, FollowUp.kind == "recall_chronic")
    wrote = select(Exchange.id).where(Exchange.contact_point_id.in_(hers), Exchange.received_at > since)
    reached = select(Outbound.id).where(
        Outbound.contact_point_id.in_(hers), Outbound.created_at > since, Outbound.patient_id == Patient.id,
        Outbound.state == "delivered",
    )  # fmt: skip
    chronic = or_(
        met.where(Encounter.visit_type == "chronic").exists(),
        booked.where(Appointment.visit_type == "chronic").exists(), regular.exists(),
    )  # fmt: skip
    contacts = (seen, met.where(Encounter.at > since), wrote, reached)
    return (Patient.deceased_on.is_(None), chronic, Patient.created_at <= since, *(~each.exists() for each in contacts))


def _seen(rows: Iterable[object]) -> list[Seen]:
    return [Seen(*row) for row in rows]  # type: ignore[misc]
