"""Saying that a number does not reach a patient any more: what waits to go to her there is taken back (H25, H26)."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, queue, timeline
from app.messaging import consent, outbox
from app.models.patients import FormerNumber, PatientContactPoint
from escalation_desk.models import DeskItem


def detach(session: Session, patient_id: int, contact_point_id: int, actor: str) -> bool:
    """Detach a number. Open items of it name the patient no more (H25), but hold their hush for her (decision 0040);
    what was said while it was hers stays in her timeline. False when it was not hers. Her questions there are the
    caller's to end."""
    point = contact_points.hold(session, contact_point_id)
    gone = delete(PatientContactPoint).where(
        PatientContactPoint.patient_id == patient_id, PatientContactPoint.contact_point_id == contact_point_id
    )
    if not db.changed(session, gone):
        return False
    for stream in (timeline.of_patient(patient_id), timeline.of_number(contact_point_id)):
        timeline.append(session, stream, "number_detached", actor, patient=patient_id, contact_point=contact_point_id)
    if point is not None and point.calls_agreed_at is not None and not contact_points.ids_behind(session, point.id):
        consent.end_calls(session, point.id, "staff")  # whoever has it next never agreed
    session.add(FormerNumber(patient_id=patient_id, contact_point_id=contact_point_id, detached_at=clock.now()))
    outbox.withdraw_outreach(session, contact_point_id, "number_detached", patient_id)
    rename_open_items(session, contact_point_id, was=patient_id, now=None)
    return True


def rename_open_items(session: Session, contact_point_id: int, *, was: int | None, now: int | None) -> None:
    """Open items of a number that named `was` (None: nobody) name `now`."""
    named = DeskItem.patient_id.is_(None) if was is None else DeskItem.patient_id == was
    changed = session.scalars(
        update(DeskItem)
        .where(DeskItem.contact_point_id == contact_point_id, named, DeskItem.state != "closed")
        .values(patient_id=now)
        .returning(DeskItem.list)
    )
    for list_name in set(changed):
        queue.announce_later(session, list_name)
