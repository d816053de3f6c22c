"""Appointments as the screens show them: where each stands, in its location's time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.screens.wrote_since import Wrote, unsettled
from app.web import times
from app.web.page import zone as practice_zone

STANDS = {
    "confirmed": ("✓", "mine", "Confirmed"),
    "in_doubt": ("▲", "care", "Confirmed"),
    "waiting": ("○", "", "Not confirmed yet"),
    "another_time": ("▲", "care", "Wants another time"),
    "cancelled": ("✕", "", "Cancelled"),
    "called_off": ("✕", "", "Called off by us"),
    "past": ("▲", "care", "Over: did the patient come?"),
    "seen": ("✓", "", "Was seen"),
    "missed": ("✕", "care", "Did not come"),
}
"""How an appointment stands: shape, colour and words. Who confirmed and wrote since is in doubt: what she wrote is told
beside it."""


@dataclass(frozen=True)
class Shown:
    """One appointment with its people and place; `stands` is a key of STANDS, `wrote` what the patient wrote that
    nobody has settled."""

    appointment: Appointment
    patient: Patient
    provider: Provider
    location: Location
    stands: str
    wrote: Wrote | None = None

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
        return self.waits_for_answer

    @property
    def waits_for_answer(self) -> bool:
        """Whether it lies ahead, and the patient has not said that she comes."""
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


def counted(some: Sequence[Shown]) -> str:
    """A day in a line: `2 of 4 confirmed, 1 in doubt; 1 over`. Who confirmed and wrote since is in doubt, and what is
    over needs no confirmation."""
    ahead = [each for each in some if each.appointment.starts_at > clock.now()]
    stands = Counter(each.stands for each in ahead)
    doubt = f", {stands['in_doubt']} in doubt" if stands["in_doubt"] else ""
    still = f"{stands['confirmed']} of {len(ahead)} confirmed{doubt}" if ahead else ""
    over = f"{len(some) - len(ahead)} over" if len(some) > len(ahead) else ""
    return "; ".join(part for part in (still, over) if part) or "none"


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
    wrote = unsettled(session, [row[0] for row in rows])
    return [
        Shown(appointment, patient, provider, location, _stands(appointment, told), told)
        for appointment, patient, provider, location in rows
        for told in (wrote.get(appointment.id),)
    ]


def _stands(appointment: Appointment, wrote: Wrote | None) -> str:
    if appointment.state == "cancelled":
        return "cancelled" if appointment.snow_day_id is None else "called_off"
    if appointment.attended is not None:
        return appointment.attended
    if appointment.starts_at <= clock.now():
        return "past"
    if appointment.confirmed_at is not None:
        return "confirmed" if wrote is None else "in_doubt"
    return "another_time" if wrote is not None and wrote.another_time else "waiting"
