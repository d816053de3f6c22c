"""What a dialog's choice may do: exactly the verbs of dialogs.engine.vocabulary, each with its named outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import scheduling
from app.models.conversations import Conversation
from escalation_desk import items


@dataclass(frozen=True)
class Case:
    """Whose choice it is: the conversation, the words that made it, and who acts (`patient`, or a staff member who does
    it for her)."""

    conversation: Conversation
    exchange_id: int
    actor: str


def confirm_appointment(session: Session, case: Case) -> str:
    """The patient is coming, if the appointment is still the one she was asked about (H43)."""
    appointment_id, version = _appointment(case)
    return "done" if scheduling.confirm(session, appointment_id, version, case.actor) else "changed"


def ask_for_another_time(session: Session, case: Case) -> str:
    """Staff find another time, with the patient's own words before them; until then the appointment stays as it is
    (H47)."""
    appointment_id, version = _appointment(case)
    if not scheduling.still_stands(session, appointment_id, version):
        return "changed"
    items.raise_task(
        session, f"another_time:{appointment_id}:v{version}:{case.conversation.id}", "another_time",
        case.conversation.contact_point_id, patient_id=case.conversation.patient_id,
        conversation_id=case.conversation.id, appointment_id=appointment_id, actor=case.actor,
        exchange_id=case.exchange_id,
    )  # fmt: skip
    return "done"


ACTIONS: Mapping[str, Callable[[Session, Case], str]] = {
    "confirm_appointment": confirm_appointment,
    "ask_for_another_time": ask_for_another_time,
}


def _appointment(case: Case) -> tuple[int, int]:
    appointment_id, version = case.conversation.appointment_id, case.conversation.appointment_version
    if appointment_id is None or version is None:
        raise ValueError("this action needs a conversation about an appointment")
    return appointment_id, version
