"""Who looked at a list: one entry naming the items, and another only when there are new ones (DESIGN 7, H34)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.records import Entry

KIND, OF_TEXTS = "looked_at_items", "looked_at_texts"


def noted(session: Session, staff_id: int, item_ids: Sequence[int], kind: str = KIND) -> bool:
    """Whether this person's entries of the last minutes already name all these items."""
    since = clock.now() - timeline.LOOK_AGAIN
    own = (Entry.stream == timeline.of_staff(staff_id), Entry.kind == kind, Entry.at > since)
    named = {item_id for details in session.scalars(select(Entry.details).where(*own)) for item_id in details["ids"]}
    return named.issuperset(item_ids)


def note(staff_id: int, list_name: str, item_ids: Sequence[int]) -> None:
    """Write down that these items were on this person's screen."""
    with db.transaction("look_at_list") as session:
        timeline.append(
            session, timeline.of_staff(staff_id), KIND, timeline.by_staff(staff_id), list=list_name, ids=list(item_ids)
        )


def note_texts(staff_id: int, exchange_ids: Sequence[int]) -> None:
    """Write down that these patients' texts were on this person's screen, unless that stands there already."""
    with db.transaction("look_at_texts") as session:
        if not noted(session, staff_id, exchange_ids, OF_TEXTS):
            timeline.append(
                session, timeline.of_staff(staff_id), OF_TEXTS, timeline.by_staff(staff_id), ids=list(exchange_ids)
            )
