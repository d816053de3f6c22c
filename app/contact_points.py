"""Contact points: finding a number's row, locking it, and who may be behind it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, literal_column, select
from sqlalchemy.orm import Session

from app import clock, db, sealing, timeline
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient, PatientContactPoint, PatientNameIndex

# Every inbound text runs these; built once and past the ORM, they cost a third (docs/measurements.md).
# key_share: what merely points at a number, such as a nurse's reply to its item, need not wait for the lock.
_points, _patients, _reaches = db.table_of(ContactPoint), db.table_of(Patient), db.table_of(PatientContactPoint)
_outbox = db.table_of(Outbound)
_LOCK = (
    select(_points.c.id, _points.c.number, _points.c.cannot_text)
    .where(_points.c.number_index == bindparam("number"))
    .with_for_update(key_share=True)
)
_HOLD = select(ContactPoint).where(ContactPoint.id == bindparam("number")).with_for_update(key_share=True)
_HOLD_OF_TEXT = (
    select(_points.c.id)
    .where(
        _points.c.id
        == select(_outbox.c.contact_point_id).where(_outbox.c.token == bindparam("token")).scalar_subquery()
    )
    .with_for_update(key_share=True)
)
_BEHIND = (
    select(Patient)
    .join(PatientContactPoint, PatientContactPoint.patient_id == Patient.id)
    .where(PatientContactPoint.contact_point_id == bindparam("number"))
    .order_by(Patient.id)
)
WHO_IS_BEHIND = (
    select(literal_column("'patient'").label("what"), _patients.c.id, _patients.c.language.label("word"))
    .join(_reaches, _reaches.c.patient_id == _patients.c.id)
    .where(_reaches.c.contact_point_id == bindparam("number"))
)
"""Everyone a number is attached to, by id and language; a part of what app.inbound.scene asks in one look."""


class Locked(NamedTuple):
    """A number that is ours until this transaction ends; why it cannot be texted, if it cannot.

    `number` is unsealed although nobody needs it yet: where that fails no text could ever leave, and the door can
    still answer by itself (app.inbound.outage).
    """

    id: int
    number: str
    cannot_text: str | None


class Behind(NamedTuple):
    """A patient whom a number reaches, as far as answering it needs her."""

    id: int
    language: str


def lock(session: Session, number: str) -> Locked:
    """The row of `number`, made if need be, locked until this transaction ends: whatever one number
    says and hears happens in order (H67)."""
    index = sealing.number_index(number)
    point = _locked(session, index)
    if point is None:
        db.put(session, ContactPoint, {"number": number, "number_index": index, "created_at": clock.now()})
        point = _locked(session, index)
    if point is None:
        raise RuntimeError("a contact point vanished while it was being locked")
    return point


def hold(session: Session, contact_point_id: int) -> ContactPoint | None:
    """Lock a number by its id. Whoever locks anything of a number locks its contact point first, so that no two
    transactions can wait for each other in a ring."""
    return session.scalar(_HOLD, {"number": contact_point_id})


def hold_of_text(session: Session, token: str) -> None:
    """Lock the number that the text of this token went to, if there is such a text."""
    db.run(session, _HOLD_OF_TEXT, {"token": token})


def patients_behind(session: Session, contact_point_id: int) -> list[Patient]:
    """Everyone this number is attached to."""
    return list(session.scalars(_BEHIND, {"number": contact_point_id}))


def languages_behind(session: Session, contact_point_id: int) -> set[str]:
    """In which languages they read, whether or not they can be unsealed."""
    theirs = select(Patient.language).join(PatientContactPoint, PatientContactPoint.patient_id == Patient.id)
    return set(session.scalars(theirs.where(PatientContactPoint.contact_point_id == contact_point_id)))


def of_patient(session: Session, patient_id: int) -> list[ContactPoint]:
    """A patient's numbers, the one to try first in front."""
    query = select(ContactPoint).join(PatientContactPoint, PatientContactPoint.contact_point_id == ContactPoint.id)
    return list(
        session.scalars(
            query.where(PatientContactPoint.patient_id == patient_id).order_by(
                PatientContactPoint.position, PatientContactPoint.id
            )
        )
    )


def ids_behind(session: Session, contact_point_id: int) -> list[int]:
    """Everyone this number is attached to, by id alone: it does for patients who cannot be unsealed, too."""
    theirs = select(PatientContactPoint.patient_id).where(PatientContactPoint.contact_point_id == contact_point_id)
    return sorted(session.scalars(theirs))


def first_of(session: Session, patient_id: int) -> int | None:
    """The id of the number to try first: enough to name it, whether or not it can be unsealed."""
    mine = select(PatientContactPoint.contact_point_id).where(PatientContactPoint.patient_id == patient_id)
    return session.scalar(mine.order_by(PatientContactPoint.position, PatientContactPoint.id).limit(1))


def firsts_of(session: Session, patient_ids: Collection[int]) -> dict[int, int]:
    """The same of many patients; who has no number is left out."""
    of = PatientContactPoint
    query = select(of.patient_id, of.contact_point_id).where(of.patient_id.in_(patient_ids))
    return dict(session.execute(query.order_by(of.position.desc(), of.id.desc())).all())  # the first one stays


def hold_all(session: Session, ids: Collection[int], *, wait: bool) -> dict[int, ContactPoint]:
    """Lock numbers, in one order; without `wait` those alone that nobody has in hand."""
    query = select(ContactPoint).where(ContactPoint.id.in_(ids))
    ordered = query.order_by(ContactPoint.id).execution_options(populate_existing=True)
    found = session.scalars(ordered.with_for_update(key_share=True, skip_locked=not wait))
    return {point.id: point for point in found}


def attach(session: Session, patient_id: int, number: str, staff_id: int | None) -> int:
    """Say that `number` reaches this patient; harmless to repeat. Returns the contact point's id."""
    point = lock(session, number)
    position = select(func.count() + 1).where(PatientContactPoint.patient_id == patient_id).scalar_subquery()
    statement = db.insert_or_ignore(session, PatientContactPoint).values(
        patient_id=patient_id, contact_point_id=point.id, position=position, attached_at=clock.now()
    )
    if db.changed(session, statement):
        actor = timeline.by_staff(staff_id)
        for stream in (timeline.of_patient(patient_id), timeline.of_number(point.id)):
            timeline.append(session, stream, "number_attached", actor, patient=patient_id, contact_point=point.id)
    return point.id


def index_name(session: Session, patient: Patient) -> None:
    """Renew the blind indexes under which a patient's name is found."""
    session.execute(delete(PatientNameIndex).where(PatientNameIndex.patient_id == patient.id))
    words = [{"patient_id": patient.id, "word": word} for word in sorted(sealing.name_indexes(patient.name))]
    if words:
        session.execute(insert(PatientNameIndex), words)


def _locked(session: Session, index: bytes) -> Locked | None:
    row = db.run(session, _LOCK, {"number": index}).one_or_none()
    return Locked._make(row) if row is not None else None
