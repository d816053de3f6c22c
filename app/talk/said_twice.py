"""The answer that confirmed a visit, sent a second time a moment later."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.conversations import Conversation, Exchange
from app.talk import conversations

SAID_TWICE_WITHIN = timedelta(minutes=1)
CONFIRMED = "confirmed"
"""How a talk ended in which a visit was confirmed: to say so once more changes nothing."""


def said_again(session: Session, exchange_id: int) -> bool:
    """Whether these are the very words that confirmed a visit a moment ago, and nothing came in between: sent twice,
    they ask for nothing more, and what was answered stands. Later, or after anything else, they may mean more (P2)."""
    this = session.get_one(Exchange, exchange_id)
    of_number = (Exchange.contact_point_id == this.contact_point_id, Exchange.id < exchange_id)
    just_now = Exchange.received_at >= this.received_at - SAID_TWICE_WITHIN  # no older words are unsealed for this
    before = session.scalars(
        select(Exchange).where(*of_number, just_now).order_by(Exchange.id.desc()).limit(1)
    ).one_or_none()
    if before is None or before.outcome not in ("dialog_step", "duplicate") or before.channel != this.channel:
        return False
    last = session.get(Conversation, conversations.last_asked(session, this.contact_point_id) or 0)
    done = last is not None and last.ended_as == CONFIRMED
    return done and before.body.strip().casefold() == this.body.strip().casefold()
