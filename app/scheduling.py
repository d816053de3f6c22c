"""Appointments: booking, moving, cancelling and confirming them, each with its trace in the record."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.practice import Location, Practice, Provider

_VISIT = (
    select(Appointment, Provider, Location, Practice)
    .join(Provider, Provider.id == Appointment.provider_id)
    .join(Location, Location.id == Appointment.location_id)
    .join(Practice, Practice.id == Location.practice_id)
    .where(Appointment.id == bindparam("appointment"))
)


class Visit(NamedTuple):
    """An appointment with what a text about it needs."""

    appointment: Appointment
    provider: Provider
    location: Location
    practice: Practice


def visit(session: Session, appointment_id: int) -> Visit:
    """An appointment, its provider, place and practice, in one look."""
    return Visit(*session.execute(_VISIT, {"appointment": appointment_id}).one())


def book(
    session: Session, patient_id: int, provider_id: int, location_id: int, starts_at: datetime, staff_id: int | None
) -> Appointment:
    """Enter an appointment that was agreed."""
    appointment = Appointment(
        patient_id=patient_id, provider_id=provider_id, location_id=location_id, starts_at=starts_at,
        state="booked", version=1, created_at=clock.now(),
    )  # fmt: skip
    session.add(appointment)
    session.flush()
    _note(session, appointment, "appointment_booked", _actor(staff_id), starts_at=starts_at.isoformat())
    return appointment


def move(
    session: Session, appointment_id: int, version: int, starts_at: datetime, provider_id: int, location_id: int,
    staff_id: int,
) -> bool:  # fmt: skip
    """Give an appointment another time or place; False when it changed since the form was opened (H45)."""
    values = {"starts_at": starts_at, "provider_id": provider_id, "location_id": location_id, "confirmed_at": None}
    return _change(session, appointment_id, version, "appointment_moved", _actor(staff_id), **values)


def cancel(session: Session, appointment_id: int, version: int, staff_id: int) -> bool:
    """Cancel an appointment; False when it changed since the form was opened."""
    return _change(session, appointment_id, version, "appointment_cancelled", _actor(staff_id), state="cancelled")


def confirm(session: Session, appointment_id: int, version: int, actor: str) -> bool:
    """The patient is coming. False when the appointment she was asked about is not there any more."""
    won = db.changed(
        session,
        update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.version == version, Appointment.state == "booked")
        .values(confirmed_at=clock.now()),
    )
    if won:
        appointment = session.get_one(Appointment, appointment_id)
        _note(session, appointment, "appointment_confirmed", actor)
    return won


def still_stands(session: Session, appointment_id: int, version: int) -> bool:
    """Whether the appointment is still the one of that version."""
    query = select(Appointment.id).where(
        Appointment.id == appointment_id, Appointment.version == version, Appointment.state == "booked"
    )
    return session.scalar(query) is not None


def _change(
    session: Session, appointment_id: int, version: int, kind: str, actor: str, **values: object
) -> bool:
    won = db.changed(
        session,
        update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.version == version, Appointment.state == "booked")
        .values(version=version + 1, **values),
    )
    if won:
        appointment = session.get_one(Appointment, appointment_id, populate_existing=True)
        _note(session, appointment, kind, actor, starts_at=appointment.starts_at.isoformat())
    return won


def _note(session: Session, appointment: Appointment, kind: str, actor: str, **details: Any) -> None:
    timeline.append(
        session, timeline.of_patient(appointment.patient_id), kind, actor,
        appointment=appointment.id, version=appointment.version, **details,
    )  # fmt: skip


def _actor(staff_id: int | None) -> str:
    return timeline.by_staff(staff_id) if staff_id else "agent"
