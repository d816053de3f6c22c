"""What no person keeps up: a claim whose lease is over, an item that nothing would bring up again (P7, H14)."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, queue
from app.models.outbox import Outbound
from escalation_desk import items, standing
from escalation_desk.models import DeskDraft, DeskItem, DeskItemWords

LEASE = {items.CRISIS_RANK: items.CRISIS_LEASE, items.USUAL_RANK: items.USUAL_LEASE}
"""How long a claim holds, by the item's rank."""
LONGEST_LEASE = items.USUAL_LEASE
COMES_BACK = timedelta(minutes=10)
"""So long an item that rested is still hers once it is back."""
LONGEST_REST = timedelta(hours=4) + COMES_BACK
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
        if _nothing_came_of_it(session, item):
            continue
        items.tell(session, item, "claim_lapsed", "agent", owner=item.owner_id)
        item.state, item.owner_id, item.lease_until, item.handed_by_id = "open", None, None, None
        item.next_step_at, item.version = now, item.version + 1
    session.flush()
    return len(over)


def _nothing_came_of_it(session: Session, item: DeskItem) -> bool:
    """A text that somebody began to write and did not: no word of anybody stands on it, so that it closes."""
    about = (DeskItemWords, DeskDraft)
    if item.reason != standing.TEXT_BEGUN or any(
        session.scalar(select(each.desk_item_id).where(each.desk_item_id == item.id).limit(1)) for each in about
    ):
        return False
    if session.scalar(select(Outbound.id).where(Outbound.desk_item_id == item.id).limit(1)) is not None:
        return False
    item.state, item.closed_at, item.lease_until, item.next_step_at = "closed", clock.now(), None, None
    item.version += 1
    session.flush()
    items.tell(session, item, "begun_text_over", "agent")
    return True


def begun_by_us() -> ColumnElement[bool]:
    """A begun text to which nobody has written: no patient waits, so that it rings nobody. Once words stand on it, it
    is an item like any other."""
    words = select(DeskItemWords.exchange_id).where(DeskItemWords.desk_item_id == DeskItem.id)
    return and_(DeskItem.reason == standing.TEXT_BEGUN, not_(words.exists()))


def lapsed() -> ColumnElement[bool]:
    """A claim is over: its lease is, or reaches further than any can and was given by a clock that was wrong. One that
    rests may reach further; new words end the rest, and what of the lease lay beyond any other with it."""
    rests = and_(DeskItem.rests_until.is_not(None), DeskItem.lease_until <= clock.beyond(LONGEST_REST))
    too_far = and_(DeskItem.lease_until > clock.beyond(LONGEST_LEASE), not_(rests))
    return or_(DeskItem.lease_until <= clock.now(), too_far)


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
    reminder, as begun texts are. The nurses' other items have a ladder instead."""
    now = clock.now()
    own = or_(DeskItem.list == "front_desk", begun_by_us())
    late = update(DeskItem).where(own, DeskItem.state == "open", DeskItem.next_step_at <= now)
    session.execute(late.values(next_step_at=now + BROUGHT_UP_AGAIN, step=DeskItem.step + 1))
    queue.announce_later(session, "front_desk")
