"""What no person keeps up: a claim whose lease is over, an item that nothing would bring up again (P7, H14)."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, queue
from escalation_desk import items
from escalation_desk.models import DeskItem

LEASE = {items.CRISIS_RANK: items.CRISIS_LEASE, items.USUAL_RANK: items.USUAL_LEASE}
"""How long a claim holds, by the item's rank."""
LONGEST_LEASE = items.USUAL_LEASE
BROUGHT_UP_AGAIN = LONGEST_STEP = timedelta(hours=1)


def release_expired(session: Session) -> int:
    """Claims whose lease is over stand open again (H14). Returns how many."""
    now = clock.now()
    over = session.scalars(
        select(DeskItem)
        .where(DeskItem.state == "claimed", lapsed())
        .options(defer(DeskItem.note))  # a note that cannot be unsealed must not keep all claims
        .with_for_update(skip_locked=True)
    ).all()
    for item in over:
        items.tell(session, item, "claim_lapsed", "agent", owner=item.owner_id)
        item.state, item.owner_id, item.lease_until = "open", None, None
        item.next_step_at, item.version = now, item.version + 1
    session.flush()
    return len(over)


def lapsed() -> ColumnElement[bool]:
    """A claim is over: its lease is, or reaches further than any can and was given by a clock that was wrong."""
    return or_(DeskItem.lease_until <= clock.now(), DeskItem.lease_until > clock.beyond(LONGEST_LEASE))


def stepless() -> ColumnElement[bool]:
    """Nothing will bring the item up again, or only in a future that a wrong clock has set."""
    no_step = or_(DeskItem.next_step_at.is_(None), DeskItem.next_step_at > clock.beyond(LONGEST_STEP))
    return and_(DeskItem.state != "closed", no_step)


def give_missing_steps(session: Session) -> None:
    """An open item that nothing would bring up again gets its next step at once (P7)."""
    lost = update(DeskItem).where(stepless())
    session.execute(lost.values(next_step_at=clock.now()))


def bring_up_tasks(session: Session) -> None:
    """Front-desk tasks that nobody took in time are brought up again, and once more after a while: they are their own
    reminder. The nurses' items have a ladder instead."""
    now = clock.now()
    late = update(DeskItem).where(DeskItem.list == "front_desk", DeskItem.state == "open", DeskItem.next_step_at <= now)
    session.execute(late.values(next_step_at=now + BROUGHT_UP_AGAIN, step=DeskItem.step + 1))
    queue.announce_later(session, "front_desk")
