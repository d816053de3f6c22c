"""Who may be texted: opt-outs by number, kept for ever as events (P9, H49)."""

from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app import clock, timeline
from app.messaging import outbox
from app.models.patients import ConsentEvent, ContactPoint

Source = Literal["patient", "carrier", "staff"]


def opt_out(session: Session, contact_point_id: int, source: Source, exchange_id: int | None = None) -> None:
    """Stop texting this number as of this commit, and take back what waits to be sent."""
    _record(session, contact_point_id, "opt_out", source, exchange_id)
    outbox.withdraw_outreach(session, contact_point_id, "opted_out")


def opt_in(session: Session, contact_point_id: int, source: Source, exchange_id: int | None = None) -> None:
    """Texts may go to this number again."""
    _record(session, contact_point_id, "opt_in", source, exchange_id)


def asked_again_since(session: Session, contact_point_id: int, since: datetime) -> bool:
    """Whether texts were asked for again after that moment."""
    again = select(ConsentEvent.id).where(
        ConsentEvent.contact_point_id == contact_point_id, ConsentEvent.kind == "opt_in", ConsentEvent.at > since
    )
    return session.scalar(again.limit(1)) is not None


def _record(session: Session, contact_point_id: int, kind: str, source: Source, exchange_id: int | None) -> None:
    now = clock.now()
    session.execute(
        update(ContactPoint)
        .where(ContactPoint.id == contact_point_id)
        .values(opted_out_at=now if kind == "opt_out" else None)
    )
    session.execute(
        insert(ConsentEvent).values(
            contact_point_id=contact_point_id, kind=kind, source=source, exchange_id=exchange_id, at=now
        )
    )
    actor = "agent" if source == "staff" else source
    timeline.append(session, timeline.of_number(contact_point_id), kind, actor, source=source, exchange=exchange_id)
