"""What comes instead of a call: the same matter by text, or a person's task."""

from sqlalchemy.orm import Session

from app import clock
from app.messaging import call_book
from app.models.calls import OutgoingCall
from app.models.conversations import Conversation
from app.models.patients import ContactPoint
from app.outreach import permission
from app.talk import conversations, opening
from dialogs.engine import turn
from escalation_desk import call_through, items


def withhold(session: Session, row: OutgoingCall, reason: str) -> None:
    """She will not be rung: the reason is kept, and somebody has the matter if she was to hear from us."""
    row.state, row.reason, row.ended_at, row.came_of = "withheld", reason, clock.now(), "not_reached"
    session.flush()
    call_book.note(session, row.contact_point_id, row.id, "outgoing_withheld", reason=reason)
    if row.desk_item_id is not None:
        call_through.in_vain(session, row, "not_made")
    if row.conversation_id is None:
        return  # a page: its items move up the ladder by themselves
    conversations.end(session, row.conversation_id, "withheld")
    if reason in permission.NEVER_RUNG:
        a_person(session, row, f"call_withheld:{row.id}", f"call_withheld_{reason}")


def a_person(session: Session, row: OutgoingCall, key: str, reason: str) -> None:
    """Give people what a call of ours could not do."""
    items.raise_task(
        session, key, reason, row.contact_point_id, patient_id=row.patient_id, conversation_id=row.conversation_id,
        appointment_id=row.appointment_id,
    )  # fmt: skip


def a_text(session: Session, row: OutgoingCall) -> bool:
    """The same matter by text, to whoever may be texted; once for a call. Whether it is written."""
    point = session.get_one(ContactPoint, row.contact_point_id)
    talk = session.get_one(Conversation, row.conversation_id)
    waits = conversations.waiting(session, row.contact_point_id)
    if point.cannot_text is not None or point.opted_out_at is not None or waits is None:
        return False
    if waits.conversation.id != talk.id:
        return False
    says = turn.begin(waits.dialog).says
    opening.by_text(session, talk, f"{row.key}:text", says, row.expires_at)
    return True
