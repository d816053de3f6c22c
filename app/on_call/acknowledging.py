"""A page is answered: whoever sends its code back from her telephone has the item, or hears who was faster (P8)."""

from sqlalchemy.orm import Session

from app.models.pages import Page
from escalation_desk import handling, holding, items, leases, paging

TEST = "Your telephone works. Thank you."
TAKEN = "It is yours for {minutes} minutes. Open the desk to read and answer it."


def acknowledge(session: Session, page: Page, contact_point_id: int) -> None:
    """Claim the item for her, as if she had pressed the key at the desk, and tell her how it went."""
    paging.answer(session, page, contact_point_id, _take(session, page))


def _take(session: Session, page: Page) -> str:
    if page.desk_item_id is None:
        return TEST
    try:
        handling.claim(session, page.desk_item_id, page.staff_id)
    except holding.Refused:
        return "Somebody else has it, or it is closed already. You need do nothing."
    rank = items.rank_of(session, page.desk_item_id)
    return TAKEN.format(minutes=int(leases.LEASE[rank].total_seconds() // 60))
