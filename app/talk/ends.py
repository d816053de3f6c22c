"""Ending a talk whose question will not be asked, or not be answered, after all."""

from sqlalchemy.orm import Session

from app import timeline
from app.models.conversations import Conversation


def end(session: Session, conversation_id: int, ended_as: str) -> None:
    """It is over, whether or not its text has left; what has not left yet is withheld when its turn comes."""
    conversation = session.get_one(Conversation, conversation_id)
    if conversation.state == "live":
        conversation.state, conversation.ended_as, conversation.silent_at = "ended", ended_as, None
        session.flush()
        stream = timeline.of_number(conversation.contact_point_id)
        timeline.append(session, stream, "dialog_ended", "agent", conversation=conversation.id, ended=ended_as)
