"""What an item holds back and what closing it lets go on, said only as far as it is true (P13)."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from escalation_desk.models import DeskItem
from escalation_desk.views.people import Caller

HELD = "Reminders to this patient are held back until it is closed"
GOES_ON = "Closing lets reminders go on."
OTHERS_HOLD = "Reminders stay held back: the nurses have other words of this patient."


def held_back(item: DeskItem, caller: Caller) -> str:
    """What the item's head says of reminders; nothing when it holds none back."""
    if item.hushed_at is None:
        return ""
    return no_reminders(caller) or HELD


def after_closing(session: Session, item: DeskItem, caller: Caller) -> str:
    """What the close form says of reminders."""
    if item.hushed_at is None:
        return ""
    silent = no_reminders(caller)
    if silent:
        return f"{silent}."
    return OTHERS_HOLD if _others_hold(session, item) else GOES_ON


def no_reminders(caller: Caller) -> str:
    """Why none would go with or without the item; nothing when they would."""
    if caller.patients and all(patient.deceased_on for patient in caller.patients):
        return "No reminders go out: the patient has died"
    if caller.patients and all(patient.deceased_on or patient.do_not_contact for patient in caller.patients):
        return "No reminders go out: the patient is not to be contacted"
    if caller.texts_stopped:
        return "This number gets no reminders: it asked for no more texts"
    if caller.why_no_texts is not None:
        return "This number gets no reminders: it cannot be texted"
    return ""


def _others_hold(session: Session, item: DeskItem) -> bool:
    same = [DeskItem.contact_point_id == item.contact_point_id] if item.contact_point_id is not None else []
    same += [DeskItem.patient_id == item.patient_id] if item.patient_id is not None else []
    query = select(DeskItem.id).where(DeskItem.hushed_at.is_not(None), DeskItem.id != item.id, or_(*same))
    return bool(same) and session.scalar(query.limit(1)) is not None
