"""No more texts to a number, for the person who has its item: by words that may have meant it, or by her own (P9)."""

from sqlalchemy.orm import Session

from app.delivery import receipts
from app.messaging import consent
from app.models.patients import ContactPoint
from app.talk import conversations
from escalation_desk import handling, holding
from escalation_desk.models import DeskItem


def as_written(session: Session, item_id: int, exchange_id: int, staff_id: int) -> None:
    """The patient wrote so beside other words. Raises Refused."""
    handling.owned_words(session, item_id, exchange_id, staff_id)
    _end_texts(session, item_id, exchange_id, staff_id)


def as_judged(session: Session, item_id: int, staff_id: int) -> None:
    """No word says so, and yet none may go, as when somebody else reads the patient's phone. Raises Refused."""
    holding.owned(session, item_id, staff_id)
    _end_texts(session, item_id, None, staff_id)


def _end_texts(session: Session, item_id: int, exchange_id: int | None, staff_id: int) -> None:
    """Keep it as an opt-out that somebody noted; a question that waits is asked by telephone."""
    number = session.get_one(DeskItem, item_id).contact_point_id
    point = session.get(ContactPoint, number) if number is not None else None
    if point is None or point.opted_out_at is not None:
        raise holding.Refused("No texts go to this number any more.")
    consent.opt_out(session, point.id, "staff", exchange_id, staff_id)
    waits = conversations.waiting(session, point.id)
    if waits is not None:
        conversations.end(session, waits.conversation.id, "opted_out")
        receipts.ask_by_phone(session, waits.conversation)
