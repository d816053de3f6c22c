"""The file of changes: what has become of visits, a row for each, for the practice's own system to take in."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.files import table
from app.files.table import NotATable
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.imports import Imported
from app.models.patients import Patient
from app.models.practice import Location, Provider

COLUMNS = (
    "change", "at", "what", "your_id", "visit", "patient", "birth_date", "starts_at", "time_zone", "provider",
    "location", "was_starts_at", "was_provider", "was_location",
)  # fmt: skip
_OF_A_FILE = "appointment:"


def new(session: Session, file: Path) -> tuple[list[int], bytes]:
    """What the file does not hold yet: the patients of whom there is a row (ids), and the file as it is to be, with
    the new rows behind those that it has. A row is known by its `change`, and never written a second time.

    Raises NotATable when there is something else in the file, OSError.
    """
    written = _written(file)
    rows = [(patient_id, row) for patient_id, row in _rows(session) if row["change"] not in written]
    was = file.read_bytes() if file.exists() else b""
    return [patient_id for patient_id, _ in rows], was + table.written(
        COLUMNS, [row for _, row in rows], heading=not was
    ).encode()


def _written(file: Path) -> set[str]:
    if not file.exists() or file.stat().st_size == 0:
        return set()
    found = table.read(file, COLUMNS, COLUMNS)
    if found.cut or not file.read_bytes().endswith(b"\n"):
        raise NotATable("A line of the file is not whole. Please put it aside and name a new one.")
    return {row["change"] for _, row in found.rows}


def _rows(session: Session) -> Iterator[tuple[int, dict[str, str]]]:
    was_provider, was_location = aliased(Provider), aliased(Location)
    query = (
        select(VisitChange, Patient, Provider, Location, was_provider, was_location, Imported.key)
        .join(Appointment, Appointment.id == VisitChange.appointment_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Provider, Provider.id == VisitChange.provider_id)
        .join(Location, Location.id == VisitChange.location_id)
        .outerjoin(was_provider, was_provider.id == VisitChange.was_provider_id)
        .outerjoin(was_location, was_location.id == VisitChange.was_location_id)
        .outerjoin(Imported, (Imported.target_id == Appointment.id) & Imported.key.startswith(_OF_A_FILE))
        .order_by(VisitChange.id)
    )
    for change, patient, provider, location, before, there, your_key in session.execute(query):
        zone = ZoneInfo(location.time_zone)
        row = {
            "change": change.key, "at": change.at.isoformat(timespec="seconds"), "what": change.what,
            "your_id": (your_key or "").removeprefix(_OF_A_FILE), "visit": str(change.appointment_id),
            "patient": patient.name, "birth_date": patient.birth_date or "",
            "starts_at": change.starts_at.astimezone(zone).isoformat(timespec="minutes"),
            "time_zone": location.time_zone, "provider": provider.name, "location": location.name,
            "was_starts_at": "", "was_provider": "", "was_location": "",
        }  # fmt: skip
        if change.was_starts_at is not None:
            old_zone = ZoneInfo(there.time_zone)
            row["was_starts_at"] = change.was_starts_at.astimezone(old_zone).isoformat(timespec="minutes")
            row["was_provider"], row["was_location"] = before.name, there.name
        yield patient.id, row
