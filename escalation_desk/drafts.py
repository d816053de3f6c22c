"""What somebody has typed on an item and not sent yet: kept for her alone, so that nothing typed is lost (DESIGN 5)."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.sealing import Gap
from escalation_desk import handling
from escalation_desk.models import DeskDraft, DeskItem

PLACES = ("body", "note", "closing_note", "task_note", "why", "rest_why", "hand_why")
"""The boxes of an item's page, by the names of their fields."""
LONGEST = 20_000
KEPT_FOR = timedelta(days=7)


def keep(session: Session, item_id: int, staff_id: int, place: str, words: str, form: str) -> None:
    """Keep what stands in a box now; an empty box keeps nothing. What its `form` has sent already is no draft any
    more: a save that arrives late must not offer it for sending again."""
    session.scalar(select(DeskItem.id).where(DeskItem.id == item_id).with_for_update())
    drop(session, item_id, staff_id, place)
    session.execute(delete(DeskDraft).where(DeskDraft.at < clock.now() - KEPT_FOR))
    if words.strip() and not handling.spent(session, item_id, form):
        draft = DeskDraft(desk_item_id=item_id, staff_id=staff_id, place=place, words=words[:LONGEST], at=clock.now())
        session.add(draft)
        session.flush()


def drop(session: Session, item_id: int, staff_id: int, place: str) -> None:
    """It was sent, or emptied."""
    hers = (DeskDraft.desk_item_id == item_id, DeskDraft.staff_id == staff_id, DeskDraft.place == place)
    session.execute(delete(DeskDraft).where(*hers))


def of(session: Session, item_id: int, staff_id: int) -> dict[str, str]:
    """What this person left unsent on the item, by its box; what cannot be unsealed is not offered for sending."""
    query = select(DeskDraft.place, DeskDraft.words).where(
        DeskDraft.desk_item_id == item_id, DeskDraft.staff_id == staff_id
    )
    return {place: words for place, words in session.execute(query) if not isinstance(words, Gap)}
