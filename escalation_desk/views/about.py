"""The appointment that an item is about: whose it is, when, with whom and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.web.times import local


@dataclass(frozen=True, slots=True)
class About:
    """One appointment as it stands now."""

    appointment_id: int
    patient_id: int
    whose: str
    when: str
    provider: str
    location: str
    version: int
    cancelled: bool

    @property
    def line(self) -> str:
        """`Ana López, Tue Nov 24, 3:00 PM, Dr. Chen, Main Street`."""
        return f"{self.whose}, {self.when}, {self.provider}, {self.location}"


def appointments(session: Session, ids: Iterable[int | None]) -> dict[int, About]:
    """These appointments by their ids, in one look; in none when there are none."""
    wanted = {each for each in ids if each is not None}
    query = (
        select(Appointment, Patient.name, Provider.name, Location.name, Location.time_zone)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.id.in_(wanted))
    )
    return {
        each.id: About(
            each.id, each.patient_id, whose, local(each.starts_at, zone), provider, location, each.version,
            each.state == "cancelled",
        )
        for each, whose, provider, location, zone in (session.execute(query) if wanted else ())
    }  # fmt: skip
