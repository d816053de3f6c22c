"""What has happened closes the follow-ups that waited for it, in the transaction in which it happens (H43)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation
from app.models.follow_ups import FollowUp
from app.outreach import follow_ups
from app.talk import ends


def booked(session: Session, patient_id: int) -> None:
    """A visit was booked, whoever booked it: the needs that it answers are closed. Her number is locked."""
    rows = follow_ups.open_of(session, patient_id, follow_ups.NEEDS_A_VISIT)
    answers = follow_ups.answering_visits(session, rows)
    for row in rows:
        close_if(session, row, answers.get(row.id))


def close_if(session: Session, row: FollowUp, visit: Appointment | None) -> bool:
    """Whether a locked row is closed by the visit that answers it."""
    if visit is not None:
        end_talk(session, row, "done_meanwhile")
        follow_ups.stands(session, row, "booked", happened_id=visit.id)
    return visit is not None


def end_talk(session: Session, row: FollowUp, ended_as: str) -> None:
    """Nobody is to answer about it any more: its question is taken back, also from the outbox."""
    query = select(Conversation.id).join(OutreachStep, OutreachStep.conversation_id == Conversation.id)
    of_version = OutreachStep.key.startswith(follow_ups.step_key(row, ""), autoescape=True)
    live = query.where(OutreachStep.follow_up_id == row.id, of_version, Conversation.state == "live")
    for conversation_id in session.scalars(live.order_by(Conversation.id)).all():
        ends.end(session, conversation_id, ended_as)
