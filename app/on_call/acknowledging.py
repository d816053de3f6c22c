"""A page is answered: whoever sends its code back from her telephone has what it rang for, or hears who was faster."""

from sqlalchemy.orm import Session

from app.models.pages import Page
from escalation_desk import handling, holding, items, leases, page_words, paging

TEST = "Your telephone works. Thank you."


def acknowledge(session: Session, page: Page, contact_point_id: int) -> str:
    """Claim its items for her, as if she had pressed the key at the desk, and tell her how it went (P8); returns the
    words."""
    words = _take(session, page)
    paging.answer(session, page, contact_point_id, words)
    return words


def _take(session: Session, page: Page) -> str:
    """The first of them that still wait, no more than one person can have in hand."""
    waiting = paging.stands_for(session, page.id)
    if not waiting:
        return TEST
    holding.lock_all(session, waiting)
    minutes: list[int] = []
    refused = 0
    for at, item_id in enumerate(waiting):
        if len(minutes) == page_words.MOST_TAKEN:
            return page_words.taken(minutes, refused=refused, left=len(waiting) - at)
        try:
            handling.claim(session, item_id, page.staff_id)
        except holding.Refused:
            refused += 1
        else:
            lease = leases.LEASE[items.rank_of(session, item_id)]
            minutes.append(int(lease.total_seconds() // 60))
    return page_words.taken(minutes, refused=refused, left=0)
