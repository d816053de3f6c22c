"""Handing an item to a colleague by name: it is hers at once, for a short while, in which she takes it (P7)."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.staff import Staff
from escalation_desk import items, ladder
from escalation_desk.handling import LONGEST_NOTE
from escalation_desk.holding import Refused, change, note_down, owned
from escalation_desk.settling import unfinished

TAKES_WITHIN = ladder.DESK_WAITS
"""How long she has to take it, by whether it is crisis or emergency words: as long as the desk has for anything new.
Then it is open again, and the ladder goes on."""


def colleagues(session: Session, staff_id: int, roles: Collection[str]) -> dict[int, str]:
    """Who else could have it, by name."""
    others = (Staff.id != staff_id, Staff.disabled_at.is_(None), Staff.role.in_(roles))
    return {
        row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(*others).order_by(Staff.name))
    }


def hand_to(
    session: Session, item_id: int, staff_id: int, to: int, why: str, roles: Collection[str]
) -> None:  # fmt: skip
    """From whoever has it to a colleague whose role is one of `roles`, with what she is to know. It is never nobody's:
    what she does not take in time is open again. Raises Refused."""
    item = owned(session, item_id, staff_id)
    if to not in colleagues(session, staff_id, roles):
        raise Refused("Please choose the colleague who is to have it.", "hand_why")
    if not why.strip():
        raise Refused("Please write what your colleague is to know or do.", "hand_why")
    if len(why) > LONGEST_NOTE:
        raise Refused(f"The note has {len(why)} characters; {LONGEST_NOTE} fit. Please shorten it.", "hand_why")
    for ask in unfinished(session, item, staff_id):
        raise ask
    until = clock.now() + TAKES_WITHIN[item.rank == items.CRISIS_RANK]
    change(
        session, item, owner_id=to, handed_by_id=staff_id, lease_until=until, next_step_at=until, rests_until=None,
        asked_provider_id=None,
    )  # fmt: skip
    note_down(session, item, "handed_to", staff_id, words=why.strip(), owner=to)
