"""What the door answered by itself while the database was away, once its text is taken in (P4, P5, H58)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbound.scene import InboundText
from app.messaging import outbox, twiml
from escalation_desk.models import DeskItemWords


def write_down(session: Session, text: InboundText, contact_point_id: int, exchange_id: int) -> None:
    """The answer stands in the outbox as a text of which nobody knows whether it left: the door may have died with half
    of it on the wire. The carrier's list tells, or a person finds out; it is never said again."""
    said = twiml.words(text.answered)
    if not said:
        return  # an opt-out is answered by the carrier alone
    stands = select(DeskItemWords.desk_item_id).where(DeskItemWords.exchange_id == exchange_id)
    draft = outbox.Draft(
        key=f"door:{exchange_id}", message_class="safety", contact_point_id=contact_point_id, body=said, language="",
        text_name=outbox.AT_THE_DOOR, desk_item_id=session.scalar(stands.limit(1)), exchange_id=exchange_id,
    )  # fmt: skip
    outbox.write_said(session, draft, text.received_at)
