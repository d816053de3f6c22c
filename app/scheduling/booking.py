"""Appointments: booking, moving, cancelling and confirming them, each with its trace in the record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment, Side
from app.models.patients import Patient, first_name
from app.models.practice import Location, Practice
from app.models.slots import Slot
from app.scheduling import ehr, slots

# Every confirmation runs these; built once and past the ORM, they cost a quarter (docs/measurements.md).
_appointments = db.table_of(Appointment)
_locations, _practices, _patients = db.table_of(Location), db.table_of(Practice), db.table_of(Patient)
_VISIT = (
    select(
        _appointments.c.version,
        _appointments.c.starts_at,
        _locations.c.name,
        _locations.c.time_zone,
        _practices.c.name,
        _patients.c.name,
    )
    .join(_patients, _patients.c.id == _appointments.c.patient_id)
    .join(_locations, _locations.c.id == _appointments.c.location_id)
    .join(_practices, _practices.c.id == _locations.c.practice_id)
    .where(_appointments.c.id == bindparam("appointment"))
)
_CONFIRM = (
    update(_appointments)
    .where(
        _appointments.c.id == bindparam("appointment"),
        _appointments.c.version == bindparam("as_asked"),
        _appointments.c.state == "booked",
    )
    .values(confirmed_at=bindparam("now"), changed_at=bindparam("now"))
    .returning(_appointments.c.patient_id, _appointments.c.starts_at)
)


class Visit(NamedTuple):
    """What a text about an appointment needs: when (UTC), and by their names where, with whom and whose it is."""

    version: int
    starts_at: datetime
    location: str
    time_zone: str
    practice: str
    patient: str

    @property
    def first_name(self) -> str:
        """How a text greets her."""
        return first_name(self.patient)

    @property
    def local(self) -> datetime:
        """When, on the wall of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))


def visit(session: Session, appointment_id: int) -> Visit:
    """An appointment with its patient, place and practice, in one look."""
    return Visit._make(db.run(session, _VISIT, {"appointment": appointment_id}).one())


def book(
    session: Session, patient_id: int, provider_id: int, location_id: int, starts_at: datetime, staff_id: int | None,
    actor: str | None = None, visit_type: str = "routine",
) -> Appointment:  # fmt: skip
    """Enter an appointment that was agreed. `visit_type`: what its cadences go by."""
    appointment = Appointment(
        patient_id=patient_id, provider_id=provider_id, location_id=location_id, starts_at=starts_at,
        state="booked", version=1, visit_type=visit_type, created_at=clock.now(),
    )  # fmt: skip
    session.add(appointment)
    session.flush()
    by = actor or timeline.by_staff(staff_id)
    _note(session, appointment, "appointment_booked", by, starts_at=starts_at.isoformat())
    if slots.follow(session, appointment):
        ehr.tell(session, appointment, None, by)
    return appointment


def move(
    session: Session, appointment_id: int, version: int, starts_at: datetime, provider_id: int, location_id: int,
    staff_id: int,
) -> bool:  # fmt: skip
    """Give an appointment another time or place; False when it changed since the form was opened (H45)."""
    values: dict[str, Any] = {
        "starts_at": starts_at,
        "provider_id": provider_id,
        "location_id": location_id,
        "confirmed_at": None,
    }
    return _change(session, appointment_id, version, "appointment_moved", timeline.by_staff(staff_id), **values)


def swap(session: Session, appointment_id: int, slot: Slot, actor: str) -> Appointment | None:
    """Give an appointment the time of a slot that was taken for it; its old hour is freed in the same transaction, and
    not before (H47). None when it is not booked any more."""
    before = session.get_one(Appointment, appointment_id, with_for_update=True, populate_existing=True)
    was = ehr.Was.of(before)
    values: dict[str, Any] = {
        "starts_at": slot.starts_at,
        "provider_id": slot.provider_id,
        "location_id": slot.location_id,
    }
    if not _change(session, appointment_id, before.version, "appointment_moved", actor, confirmed_at=None, **values):
        return None
    appointment = session.get_one(Appointment, appointment_id)
    slots.free_hour(session, appointment, was)
    return appointment


def cancel(session: Session, appointment_id: int, version: int, staff_id: int, whose: Side | None = None) -> bool:
    """Cancel an appointment; False when it changed since the form was opened. whose: who wanted it so."""
    by = timeline.by_staff(staff_id)
    return _change(
        session, appointment_id, version, "appointment_cancelled", by, state="cancelled", cancelled_by=whose
    )  # fmt: skip


def call_off(session: Session, appointment: Appointment, snow_day_id: int, actor: str) -> bool:
    """The practice cannot see her that day: the visit is off, nobody has missed it, and its hour is given to nobody
    else. The EHR is told of the whole day. False when it is not booked as it was any more."""
    values = {"state": "cancelled", "snow_day_id": snow_day_id}
    version = appointment.version
    if not _change(session, appointment.id, version, "visit_called_off", actor, by_itself=False, **values):
        return False
    slots.close_freed(session, appointment)
    return True


def put_back(session: Session, appointment: Appointment, actor: str) -> bool:
    """A visit that was called off by mistake takes place after all. False when that was said already."""
    won = db.changed(
        session,
        update(Appointment)
        .where(Appointment.id == appointment.id, Appointment.snow_day_id.is_not(None))
        .values(state="booked", snow_day_id=None, version=Appointment.version + 1, changed_at=clock.now()),
    )
    if won:
        session.refresh(appointment)
        _note(session, appointment, "visit_put_back", actor, starts_at=appointment.starts_at.isoformat())
    return won


def go_back(session: Session, appointment: Appointment, to: ehr.Was, actor: str) -> bool:
    """The time that it was moved to is not hers: it lies again where it lay before. What becomes of the wrong hour, and
    what the EHR is told, is the caller's to say. False when it is not as it was any more."""
    values = {**to.__dict__, "confirmed_at": None}
    return _change(
        session, appointment.id, appointment.version, "appointment_moved", actor, by_itself=False, **values
    )  # fmt: skip


def strike(session: Session, appointment: Appointment, actor: str) -> bool:
    """The time that it was given is not hers, and there is none to go back to. Otherwise as above."""
    values = {"state": "cancelled", "cancelled_by": "practice"}
    return _change(
        session, appointment.id, appointment.version, "appointment_cancelled", actor, by_itself=False, **values
    )  # fmt: skip


def confirm(session: Session, appointment_id: int, version: int, actor: str) -> bool:
    """The patient is coming. False when the appointment she was asked about is not there any more."""
    asked = {"appointment": appointment_id, "as_asked": version, "now": clock.now()}
    confirmed = db.run(session, _CONFIRM, asked).one_or_none()
    if confirmed is None:
        return False
    timeline.append(
        session, timeline.of_patient(confirmed.patient_id), "appointment_confirmed", actor,
        appointment=appointment_id, version=version, starts_at=confirmed.starts_at.isoformat(),
    )  # fmt: skip
    return True


def still_stands(session: Session, appointment_id: int, version: int) -> bool:
    """Whether the appointment is still the one of that version: booked, or called off by us, which is what she is told
    of it then."""
    booked, called_off = Appointment.state == "booked", Appointment.snow_day_id.is_not(None)
    query = select(Appointment.id).where(
        Appointment.id == appointment_id, Appointment.version == version, or_(booked, called_off)
    )
    return session.scalar(query) is not None


def ahead(patient_id: int) -> Select[int]:
    """The appointments that a patient has before her, by id, the next one in front."""
    coming = select(Appointment.id).where(
        Appointment.patient_id == patient_id, Appointment.state == "booked", Appointment.starts_at > clock.now()
    )
    return coming.order_by(Appointment.starts_at, Appointment.id)


def stand(session: Session, asked: Sequence[tuple[int, int]]) -> bool:
    """Whether appointments (id, version) are all still as they were; they are locked and stay so."""
    query = select(Appointment).where(Appointment.id.in_([each for each, _ in asked])).order_by(Appointment.id)
    now = {row.id: row for row in session.scalars(query.with_for_update().execution_options(populate_existing=True))}
    return all(now[each].state == "booked" and now[each].version == version for each, version in asked)


def version(session: Session, appointment_id: int | None) -> int | None:
    """The version that an appointment has now."""
    return session.scalar(select(Appointment.version).where(Appointment.id == appointment_id))


def _change(
    session: Session, appointment_id: int, version: int, kind: str, actor: str, *, by_itself: bool = True,
    **values: object,
) -> bool:  # fmt: skip
    """by_itself: the EHR is to be told of just this visit."""
    found = session.get(Appointment, appointment_id)
    was = ehr.Was.of(found) if found is not None else None
    won = db.changed(
        session,
        update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.version == version, Appointment.state == "booked")
        .values(version=version + 1, changed_at=clock.now(), **values),
    )
    if won:
        appointment = session.get_one(Appointment, appointment_id, populate_existing=True)
        whose = {"cancelled_by": appointment.cancelled_by} if appointment.cancelled_by else {}
        _note(session, appointment, kind, actor, starts_at=appointment.starts_at.isoformat(), **whose)
        if slots.follow(session, appointment) and by_itself:
            ehr.tell(session, appointment, was, actor)
    return won


def _note(session: Session, appointment: Appointment, kind: str, actor: str, **details: Any) -> None:
    timeline.append(
        session, timeline.of_patient(appointment.patient_id), kind, actor,
        appointment=appointment.id, version=appointment.version, **details,
    )  # fmt: skip
