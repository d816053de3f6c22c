"""Names for what entries of the record point to: staff, patients, numbers, appointments."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import numbers
from app.models.appointments import Appointment
from app.models.patients import ContactPoint, Patient
from app.models.practice import Location, Practice
from app.models.staff import Staff
from app.timeline import Happening
from app.web.times import local

HOME_ZONE = "UTC"


def names_in(session: Session, happenings: Iterable[Happening]) -> dict[str, str]:
    """`staff:2` → Nora, `patient:3`, `number:4` → (202) 555-0101, `appointment:5` → Tue Nov 24, 3:00 PM and
    `appointment_zone:5`, for all that these entries point to; `zone` is the practice's."""
    pointed: dict[str, set[int]] = {"staff": set(), "patient": set(), "number": set(), "appointment": set()}
    for happening in happenings:
        _collect(happening, pointed)
    names = {"zone": practice_zone(session)}
    for row in session.scalars(select(Staff).where(Staff.id.in_(pointed["staff"]))):
        names[f"staff:{row.id}"] = row.name
    for patient in session.scalars(select(Patient).where(Patient.id.in_(pointed["patient"]))):
        names[f"patient:{patient.id}"] = patient.name
    for point in session.scalars(select(ContactPoint).where(ContactPoint.id.in_(pointed["number"]))):
        names[f"number:{point.id}"] = numbers.spoken(point.number)
    visits = select(Appointment.id, Appointment.starts_at, Location.time_zone).join(Location)
    for appointment_id, starts_at, zone in session.execute(visits.where(Appointment.id.in_(pointed["appointment"]))):
        names[f"appointment:{appointment_id}"] = local(starts_at, zone)
        names[f"appointment_zone:{appointment_id}"] = zone
    return names


def practice_zone(session: Session) -> str:
    """The practice's time zone; before it is set up, UTC."""
    return session.scalar(select(Practice.time_zone).limit(1)) or HOME_ZONE


def _collect(happening: Happening, pointed: Mapping[str, set[int]]) -> None:
    kind, _, number = happening.actor.partition(":")
    if kind == "staff" and number.isdecimal():
        pointed["staff"].add(int(number))
    looked = "id" if happening.kind == "looked_at_patient" else "patient"
    for name, detail in (("staff", "owner"), ("patient", looked), ("number", "contact_point"),
                         ("appointment", "appointment")):  # fmt: skip
        found = happening.details.get(detail)
        if isinstance(found, int):
            pointed[name].add(found)
