"""What each text of an item came to the desk for, as the record says: the item itself waits for one reason only."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.records import Entry
from app.web.reasons import REASONS


def own_reasons(session: Session, streams: Collection[str]) -> dict[int, str]:
    """By exchange, in words, for all texts that were put on the desk from these streams; in one look."""
    if not streams:
        return {}
    put = select(Entry.details).where(Entry.stream.in_(sorted(streams)), Entry.kind == "put_on_desk")
    told = ((details.get("exchange"), REASONS.get(str(details.get("reason")))) for details in session.scalars(put))
    return {exchange: why for exchange, why in told if exchange is not None and why is not None}
