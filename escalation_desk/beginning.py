"""Writing to a patient first: a task of whoever begins it, so that the answer comes to her and to no dialog."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import contact_points, timeline
from app.models.patients import Patient
from escalation_desk import hush, items, standing
from escalation_desk.handling import claim
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem

NOT_HERS = "This number is not the patient’s any more. Nothing was begun; please look again."
HAS_DIED = "It is recorded that the patient has died. Nothing was begun."
NOT_WANTED = "“Do not contact” stands on the patient’s page. Nothing was begun; please ask who entered it."
NURSES_HAVE = "The nurses have words from this patient. Nothing was begun; please ask them first."


def begin_text(
    session: Session, patient_id: int, contact_point_id: int, staff_id: int, list_name: items.ListName, form: str
) -> int:
    """The item from which this person texts: the one on which the number's words wait already, else a new task, once
    for each form. It is hers, and what the patient writes while she has it stands on it. Raises Refused."""
    contact_points.hold(session, contact_point_id)
    if contact_point_id not in {point.id for point in contact_points.of_patient(session, patient_id)}:
        raise Refused(NOT_HERS)
    patient = session.get_one(Patient, patient_id)
    if patient.deceased_on is not None:
        raise Refused(HAS_DIED)
    if patient.do_not_contact:
        raise Refused(NOT_WANTED)
    if list_name != "nurses" and hush.hushed(session, contact_point_id, patient_id):
        raise Refused(NURSES_HAVE)
    item_id = items.open_words(session, contact_point_id) or _task(
        session, patient_id, contact_point_id, staff_id, list_name, form
    )
    claim(session, item_id, staff_id)
    return item_id


def _task(
    session: Session, patient_id: int, contact_point_id: int, staff_id: int, list_name: items.ListName, form: str
) -> int:
    key = f"{standing.TEXT_BEGUN}:{form}"
    items.raise_task(
        session, key, standing.TEXT_BEGUN, contact_point_id,
        list_name=list_name, patient_id=patient_id, actor=timeline.by_staff(staff_id),
    )  # fmt: skip
    return session.scalars(select(DeskItem.id).where(DeskItem.key == key)).one()
