"""What a conversation is about: the visit that its texts name, be it an appointment or a time that is offered."""

from sqlalchemy.orm import Session

from app.models.conversations import Conversation
from app.scheduling import booking, offers
from app.scheduling.booking import Visit


def visit(session: Session, conversation: Conversation) -> Visit | None:
    """Its appointment as it stands now, or the time that it offers; None for a talk about neither."""
    if conversation.appointment_id is not None:
        return booking.visit(session, conversation.appointment_id)
    offer = offers.of_conversation(session, conversation.id)
    return offers.visit(session, offer) if offer is not None else None
