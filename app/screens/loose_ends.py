"""Follow-ups as the screens show them, and the leaks: what was not captured, decided or owned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, follow_ups
from app.models.appointments import Appointment
from app.models.follow_ups import OPEN, Encounter, FollowUp
from app.models.patients import Patient
from app.models.practice import Location
from app.web import times
from app.web.following import DISPOSED, FOLLOW_UPS
from app.web.reasons import REASONS

SHOWN = 100
SEEN_BY_NOW = timedelta(hours=2)
"""How long after its beginning somebody can say whether its patient came."""
SIGNS = {"waiting": ("○", ""), "with_person": ("●", "mine"), "paused": ("▲", "care")}
OWNERS = {"front_desk": "Front desk", "nurses": "Nurses"}


@dataclass(frozen=True)
class Shown:
    """One follow-up with its patient; `note` only for those who may read it."""

    row: FollowUp
    patient: Patient
    today: date
    note: str | None

    @property
    def matter(self) -> str:
        words = FOLLOW_UPS[self.row.kind]
        return words[0].upper() + words[1:]

    @property
    def sign(self) -> tuple[str, str]:
        """Its shape and colour."""
        return SIGNS.get(self.row.disposition, ("✓", ""))

    @property
    def stands(self) -> str:
        words = DISPOSED[self.row.disposition]
        why = REASONS.get(self.row.reason or "")
        return words[0].upper() + words[1:] + (f": {why}" if why else "")

    @property
    def due(self) -> str:
        """`Tue Dec 15`."""
        return times.day(datetime.combine(self.row.due_on, time()))

    @property
    def late(self) -> bool:
        """Whether it should have happened by now."""
        return self.row.is_open and self.row.due_on < self.today

    @property
    def owner(self) -> str:
        return OWNERS[self.row.owner]


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


def of_patient(session: Session, patient: Patient, role: str) -> tuple[list[Shown], list[Shown]]:
    """Her open follow-ups, the soonest first, and those that are closed, the newest first."""
    rows = session.scalars(select(FollowUp).where(FollowUp.patient_id == patient.id)).all()
    found = [_shown(session, row, patient, role) for row in rows]
    still = sorted((each for each in found if each.row.is_open), key=lambda each: (each.row.due_on, each.row.id))
    return still, sorted((each for each in found if not each.row.is_open), key=lambda each: each.row.disposed_at)[::-1]


def one(session: Session, row: FollowUp, role: str) -> Shown:
    return _shown(session, row, session.get_one(Patient, row.patient_id), role)


def by_kind(session: Session, role: str) -> dict[str, tuple[int, list[Shown]]]:
    """Of each kind how many are open, and those of them that are due first."""
    counted = select(FollowUp.kind, func.count()).where(FollowUp.disposition.in_(OPEN)).group_by(FollowUp.kind)
    many = dict(session.execute(counted).all())
    return {kind: (many[kind], _first(session, kind, role)) for kind in FOLLOW_UPS if kind in many}


def _first(session: Session, kind: str, role: str) -> list[Shown]:
    query = select(FollowUp, Patient).join(Patient, Patient.id == FollowUp.patient_id)
    found = query.where(FollowUp.kind == kind, FollowUp.disposition.in_(OPEN)).order_by(FollowUp.due_on, FollowUp.id)
    return [_shown(session, row, patient, role) for row, patient in session.execute(found.limit(SHOWN))]


def _shown(session: Session, row: FollowUp, patient: Patient, role: str) -> Shown:
    hidden = role == "front_desk" and row.owner == "nurses"
    return Shown(row, patient, follow_ups.today(session), None if hidden else row.note)


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
