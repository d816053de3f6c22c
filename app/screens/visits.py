"""Appointments as the screens show them: where each stands, in its location's time."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.web import times
from app.web.page import zone as practice_zone
from escalation_desk.models import DeskItem

STANDS = {
    "confirmed": ("✓", "mine", "Confirmed"),
    "waiting": ("○", "", "Not confirmed yet"),
    "another_time": ("▲", "care", "Wants another time"),
    "cancelled": ("✕", "", "Cancelled"),
    "past": ("▲", "care", "Over: did the patient come?"),
    "seen": ("✓", "", "Was seen"),
    "missed": ("✕", "care", "Did not come"),
}
"""How an appointment stands: shape, colour and words."""


@dataclass(frozen=True)
class Shown:
    """One appointment with its people and place; `stands` is a key of STANDS."""

    appointment: Appointment
    patient: Patient
    provider: Provider
    location: Location
    stands: str

    @property
    def shape(self) -> str:
        return STANDS[self.stands][0]

    @property
    def colour(self) -> str:
        return STANDS[self.stands][1]

    @property
    def label(self) -> str:
        return STANDS[self.stands][2]

    @property
    def may_be_confirmed(self) -> bool:
        """Whether somebody may say that the patient is coming."""
        return self.stands in ("waiting", "another_time") and self.appointment.confirmed_at is None

    @property
    def starts(self) -> datetime:
        """On the wall of its location."""
        return self.appointment.starts_at.astimezone(ZoneInfo(self.location.time_zone))

    @property
    def time(self) -> str:
        """`3:00 PM`, and the zone when it is not the practice's."""
        shown = times.clock_time(self.starts)
        return shown if self.location.time_zone == practice_zone().key else f"{shown} {self.starts.tzname()}"

    @property
    def day(self) -> str:
        """`Tue Nov 24`, with its year when that is another."""
        return times.day(self.starts)


def of_patient(session: Session, patient_id: int) -> tuple[list[Shown], list[Shown]]:
    """What lies ahead, the soonest first; and what is over or cancelled, the newest first."""
    query = _query().where(Appointment.patient_id == patient_id).order_by(Appointment.starts_at, Appointment.id)
    found, now = _shown(session, query), clock.now()
    coming = [each for each in found if each.appointment.starts_at > now and each.appointment.state == "booked"]
    return coming, [each for each in reversed(found) if each not in coming]


def between(session: Session, since: datetime, until: datetime) -> list[Shown]:
    """Booked appointments of some days, in order."""
    query = _query().where(Appointment.starts_at >= since, Appointment.starts_at < until, Appointment.state == "booked")
    return _shown(session, query.order_by(Appointment.starts_at, Appointment.id))


def one(session: Session, appointment_id: int) -> Shown | None:
    return next(iter(_shown(session, _query().where(Appointment.id == appointment_id))), None)


def _query() -> Select[Appointment, Patient, Provider, Location]:
    return (
        select(Appointment, Patient, Provider, Location)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(Location, Location.id == Appointment.location_id)
    )


def _shown(session: Session, query: Select[Appointment, Patient, Provider, Location]) -> list[Shown]:
    rows = session.execute(query).all()
    elsewhere = _want_another_time(session, [row[0] for row in rows])
    return [
        Shown(appointment, patient, provider, location, _stands(appointment, elsewhere))
        for appointment, patient, provider, location in rows
    ]


def _stands(appointment: Appointment, elsewhere: set[int]) -> str:
    if appointment.state == "cancelled":
        return "cancelled"
    if appointment.attended is not None:
        return appointment.attended
    if appointment.starts_at <= clock.now():
        return "past"
    if appointment.id in elsewhere:
        return "another_time"
    if appointment.confirmed_at is not None:
        return "confirmed"
    return "waiting"


def _want_another_time(session: Session, appointments: list[Appointment]) -> set[int]:
    """Those whose patient asked for another time in their present version, as long as nobody has settled it."""
    query = select(DeskItem.appointment_id, DeskItem.key).where(
        DeskItem.appointment_id.in_([each.id for each in appointments]),
        DeskItem.reason == "another_time",
        DeskItem.state != "closed",
    )
    keys = [key for _, key in session.execute(query) if key]
    asked = {key.rpartition(":")[0] for key in keys}  # another_time:<appointment>:v<version>:<conversation>
    return {each.id for each in appointments if f"another_time:{each.id}:v{each.version}" in asked}
