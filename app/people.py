"""Patients: adding and changing them and their numbers, guarded by version, each change in the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, detaching, sealing, timeline
from app.messaging import outbox
from app.models.conversations import Conversation
from app.models.patients import ContactPoint, Patient, PatientContactPoint, PatientNameIndex
from app.outreach import follow_ups, loops
from app.talk import conversations

MOST_FOUND = 50
MOST_LOOKED_THROUGH = 1000


@dataclass(frozen=True, kw_only=True)
class Details:
    """What staff enter about a patient. birth_date: ISO; time_zone: IANA, None for the practice's."""

    name: str
    birth_date: str | None
    language: str
    time_zone: str | None
    do_not_contact: bool = False


def add_patient(session: Session, details: Details, numbers: Iterable[str], staff_id: int | None) -> Patient:
    """Enter a patient with her numbers (E.164), the one to try first in front."""
    patient = Patient(**details.__dict__, version=1, created_at=clock.now())
    session.add(patient)
    session.flush()
    contact_points.index_name(session, patient)
    _note(session, patient.id, "patient_added", staff_id, words=details.name, language=details.language)
    for number in numbers:
        attach_number(session, patient.id, number, staff_id)
    return patient


def change_patient(session: Session, patient_id: int, version: int, details: Details, staff_id: int) -> bool:
    """Put other details in; False when they changed since the form was opened (H45)."""
    numbers = _lock_numbers(session, patient_id)
    before = session.get_one(Patient, patient_id, populate_existing=True)
    was = Details(**{name: getattr(before, name) for name in Details.__annotations__})
    if not _update(session, patient_id, version, **details.__dict__):
        return False
    fields = [name for name in Details.__annotations__ if getattr(was, name) != getattr(details, name)]
    if not fields:
        return True
    if "name" in fields:
        contact_points.index_name(session, session.get_one(Patient, patient_id, populate_existing=True))
    _note(session, patient_id, "patient_changed", staff_id, words=_before_and_after(was, details), fields=fields,
          language=details.language, time_zone=details.time_zone, do_not_contact=details.do_not_contact)  # fmt: skip
    if details.do_not_contact and not was.do_not_contact:
        _withdraw(session, patient_id, numbers, "do_not_contact")
    if "do_not_contact" in fields:
        loops.look_at_all(session, patient_id)
    return True


def reach_by(session: Session, patient_id: int, channel: str, staff_id: int) -> None:
    """How she would rather be asked: `sms`, or `voice` where our system may call her."""
    _lock_numbers(session, patient_id)
    patient = session.get_one(Patient, patient_id, populate_existing=True)
    if patient.channel != channel and _update(session, patient_id, patient.version, channel=channel):
        _note(session, patient_id, "patient_changed", staff_id, fields=["channel"], channel=channel)


def mark_deceased(session: Session, patient_id: int, version: int, on: date, staff_id: int) -> bool:
    """The patient has died: nothing more goes out for her as of this commit, and what waits is taken back
    (H32). Staff's appointments stay theirs to cancel. False when she changed since the form was opened."""
    numbers = _lock_numbers(session, patient_id)
    if not _update(session, patient_id, version, deceased_on=on):
        return False
    _note(session, patient_id, "deceased_recorded", staff_id, on=on.isoformat())
    _withdraw(session, patient_id, numbers, "deceased")
    loops.end_all(session, patient_id, "deceased", staff_id)
    return True


def unmark_deceased(session: Session, patient_id: int, version: int, staff_id: int) -> bool:
    """It was entered by mistake. False when she changed since the form was opened."""
    _lock_numbers(session, patient_id)
    if not _update(session, patient_id, version, deceased_on=None):
        return False
    _note(session, patient_id, "deceased_removed", staff_id)
    follow_ups.revive(session, patient_id, staff_id)
    return True


def attach_number(session: Session, patient_id: int, number: str, staff_id: int | None) -> int:
    """Say that `number` reaches this patient; open items of a number that nobody had are hers now, so that
    their hush holds for her other numbers too (P13). Returns the contact point's id."""
    contact_point_id = contact_points.attach(session, patient_id, number, staff_id)
    if len(contact_points.patients_behind(session, contact_point_id)) == 1:
        detaching.rename_open_items(session, contact_point_id, was=None, now=patient_id)
    return contact_point_id


def detach_number(session: Session, patient_id: int, contact_point_id: int, staff_id: int) -> bool:
    """Say that a number does not reach this patient any more, and end her questions there. False when it was not
    hers."""
    if not detaching.detach(session, patient_id, contact_point_id, timeline.by_staff(staff_id)):
        return False
    _withdraw(session, patient_id, [contact_point_id], "number_detached")
    return True


def find(session: Session, name: str) -> list[Patient]:
    """Patients with a name word for every typed one, whole or begun with at least three letters; by name."""
    typed = sealing.name_words(name)
    if not typed:
        return []
    query = select(Patient)
    for word in sorted(typed):
        index = sealing.blind_index(word[: sealing.PREFIX_LETTERS], "name")
        query = query.where(Patient.id.in_(select(PatientNameIndex.patient_id).where(PatientNameIndex.word == index)))
    near = session.scalars(query.order_by(Patient.id).limit(MOST_LOOKED_THROUGH))
    found = [patient for patient in near if _answers_to(patient, typed)]
    return sorted(found, key=lambda patient: patient.name.casefold())[:MOST_FOUND]


def find_by_number(session: Session, e164: str) -> list[Patient]:
    """Everyone whom this number reaches."""
    index = sealing.number_index(e164)
    point = session.scalar(select(ContactPoint.id).where(ContactPoint.number_index == index))
    return contact_points.patients_behind(session, point) if point is not None else []


def looked_at_list(session: Session, staff_id: int, patient_ids: Iterable[int]) -> None:
    """Record whom a list showed to somebody: one entry that names the ids (DESIGN 7)."""
    ids = sorted(set(patient_ids))
    if ids:
        timeline.append(session, timeline.of_staff(staff_id), "looked_at_list", timeline.by_staff(staff_id), ids=ids)


def _answers_to(patient: Patient, typed: set[str]) -> bool:
    words = sealing.name_words(patient.name)
    return all(
        word in words or (len(word) >= sealing.PREFIX_LETTERS and any(each.startswith(word) for each in words))
        for word in typed
    )


def _lock_numbers(session: Session, patient_id: int) -> list[int]:
    """Her contact points, locked first as an inbound text does, so that neither waits for the other in a ring."""
    query = select(ContactPoint.id).join(PatientContactPoint, PatientContactPoint.contact_point_id == ContactPoint.id)
    mine = query.where(PatientContactPoint.patient_id == patient_id).order_by(ContactPoint.id)
    return list(session.scalars(mine.with_for_update(of=ContactPoint)))


def _update(session: Session, patient_id: int, version: int, **values: Any) -> bool:
    guard = (Patient.id == patient_id, Patient.version == version)
    return db.changed(session, update(Patient).where(*guard).values(**values, version=version + 1))


def _withdraw(session: Session, patient_id: int, contact_point_ids: Iterable[int], reason: str) -> None:
    """Take back what waits to go to her, and end the questions that she would not answer any more."""
    for contact_point_id in contact_point_ids:
        outbox.withdraw_outreach(session, contact_point_id, reason, patient_id)
        waiting = select(Conversation.id).where(
            Conversation.contact_point_id == contact_point_id,
            Conversation.patient_id == patient_id,
            Conversation.state == "live",
        )
        for conversation_id in session.scalars(waiting).all():
            conversations.end(session, conversation_id, reason)


def _before_and_after(was: Details, now: Details) -> str | None:
    """The changed name and birth date in words; everything else stands in the entry's details."""
    lines = [
        f"{label}: {getattr(was, field) or '—'} → {getattr(now, field) or '—'}"
        for field, label in (("name", "Name"), ("birth_date", "Birth date"))
        if getattr(was, field) != getattr(now, field)
    ]
    return "\n".join(lines) or None


def _note(
    session: Session, patient_id: int, kind: str, staff_id: int | None, words: str | None = None, **details: Any
) -> None:
    actor = timeline.by_staff(staff_id)
    timeline.append(session, timeline.of_patient(patient_id), kind, actor, words=words, **details)
