"""Encounters: that a patient was seen or did not come, and who decided what follows (the first of the leaks)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.follow_ups import Encounter

ANYTHING = (None, "seen", "missed")
"""What may have been said of a visit so far; None: nothing."""


def attended(
    session: Session, appointment_id: int, how: str, staff_id: int | None, before: Collection[str | None] = ANYTHING
) -> bool:
    """Say of a past appointment that its patient was `seen` or that it was `missed`; False when it is said already,
    when there is no such past appointment, or when none of `before` is what was said of it so far."""
    won = db.changed(
        session,
        update(Appointment)
        .where(
            Appointment.id == appointment_id, Appointment.state == "booked", Appointment.starts_at <= clock.now(),
            Appointment.attended.is_distinct_from(how),
            or_(*(Appointment.attended.is_not_distinct_from(each) for each in before)),
        )
        .values(attended=how, changed_at=clock.now()),
    )  # fmt: skip
    if won:
        visit = session.get_one(Appointment, appointment_id, populate_existing=True)
        _note(session, visit.patient_id, f"visit_{how}", staff_id, appointment=appointment_id,
              starts_at=visit.starts_at.isoformat())  # fmt: skip
    return won


def of_appointment(session: Session, appointment: Appointment) -> int:
    """The encounter that an appointment became; made if need be."""
    key = f"appointment:{appointment.id}"
    return record(session, key, appointment.patient_id, appointment.visit_type, appointment.starts_at, appointment.id)


def made_of(session: Session, appointment: Appointment) -> int | None:
    """The encounter that an appointment became, by id, if it became one."""
    return session.scalar(select(Encounter.id).where(Encounter.key == f"appointment:{appointment.id}"))


def record(
    session: Session, key: str, patient_id: int, visit_type: str, at: datetime, appointment_id: int | None = None
) -> int:
    """The encounter that is known by `key`, here or in another system; its id, made if need be."""
    made = db.put(session, Encounter, {
        "key": key, "patient_id": patient_id, "appointment_id": appointment_id, "visit_type": visit_type, "at": at,
        "created_at": clock.now(),
    })  # fmt: skip
    return made or session.scalars(select(Encounter.id).where(Encounter.key == key)).one()


def decide(session: Session, encounter_id: int, decision: str, staff_id: int) -> bool:
    """A named person says what follows from an encounter; `captured` beats `none_needed`, whichever came first. False
    when that was said before."""
    undecided = Encounter.decision.is_distinct_from("captured") & Encounter.decision.is_distinct_from(decision)
    won = db.changed(
        session,
        update(Encounter)
        .where(Encounter.id == encounter_id, undecided)
        .values(decision=decision, decided_by=staff_id, decided_at=clock.now()),
    )
    if won and decision == "none_needed":
        patient_id = session.scalars(select(Encounter.patient_id).where(Encounter.id == encounter_id)).one()
        _note(session, patient_id, "nothing_follows", staff_id, encounter=encounter_id)
    return won


def undecided_of(session: Session, patient_id: int) -> list[Encounter]:
    """A patient's encounters of which nobody has said what follows, the oldest first."""
    query = select(Encounter).where(Encounter.patient_id == patient_id, Encounter.decision.is_(None))
    return list(session.scalars(query.order_by(Encounter.at, Encounter.id)))


def _note(session: Session, patient_id: int, kind: str, staff_id: int | None, **details: Any) -> None:
    actor = timeline.by_staff(staff_id)
    timeline.append(session, timeline.of_patient(patient_id), kind, actor, **details)
