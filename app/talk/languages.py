"""In which language a patient is written to: her wish, kept with her and with the talk she is in."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import timeline
from app.models.conversations import Conversation
from app.models.patients import Patient

OTHER = {"en": "es", "es": "en"}


def write_in(session: Session, conversation: Conversation, language: str | None) -> None:
    """From now on in the language she named, or the other one."""
    conversation.language = language if language in OTHER else OTHER[conversation.language]
    session.execute(
        update(Patient)
        .where(Patient.id == conversation.patient_id)
        .values(language=conversation.language, version=Patient.version + 1)
    )
    stream = timeline.of_patient(conversation.patient_id)
    timeline.append(session, stream, "language_changed", "patient", language=conversation.language)
