"""The ladder's conductor: each item of the nurses that nobody has taken moves up in time, until somebody takes it (P7).

Moving a step and writing its page are one transaction: a process that dies leaves both or neither (H13, H16).
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import apart, clock, db
from app.inbound import hand_off
from escalation_desk import holding, items, ladder, oncall, paging
from escalation_desk.cover import Calendar
from escalation_desk.models import DeskItem

AT_ONCE = 500
TEST_HOURS = range(9, 17)
"""On the practice's wall: a test page wakes nobody."""


def climb() -> int:
    """Every item whose time has come moves one step up; returns how many did."""
    with db.reading("climbing.due") as session:
        order = (DeskItem.rank, DeskItem.opened_at, DeskItem.id)
        due = session.scalars(select(DeskItem.id).where(*_due()).order_by(*order).limit(AT_ONCE)).all()
        if not due:
            return 0
        calendar, asleep = oncall.calendar(session), oncall.asleep_for(session, clock.now()) is not None
    moved = 0
    for item_id in due:
        with apart.Alone("climb_failed", item_id), db.transaction("climbing.step") as session:
            moved += _step(session, item_id, calendar, asleep=asleep)
    return moved


def try_phones() -> int:
    """The weekly test of nurses' telephones, by day."""
    with db.reading("climbing.hour") as session:
        zone: ZoneInfo = oncall.calendar(session).zone
    if clock.now().astimezone(zone).hour not in TEST_HOURS:
        return 0
    with db.transaction("climbing.test") as session:
        return paging.try_phones(session)


def _due() -> list[ColumnElement[bool]]:
    """Nobody has it, and its next step is now; the first is at once, since out of hours nobody else looks. A step that
    lies further ahead than any wait was set by a clock that was wrong."""
    now, longest = clock.now(), clock.beyond(timedelta(hours=1))
    time = or_(DeskItem.next_step_at <= now, DeskItem.next_step_at > longest, DeskItem.step == 0)
    return [DeskItem.list == "nurses", DeskItem.state == "open", time]


def _step(session: Session, item_id: int, calendar: Calendar, *, asleep: bool) -> bool:
    """One step up, if nobody was faster. A desk at which every screen sleeps has no time of its own (H17)."""
    item = holding.locked(session, item_id)
    if session.scalar(select(DeskItem.id).where(DeskItem.id == item_id, *_due())) is None:
        return False  # somebody was faster
    now = clock.now()
    move = ladder.move(
        item.step, crisis=item.rank == items.CRISIS_RANK, staffed=calendar.staffed(now) and not asleep,
        on_call=calendar.on_call(now), reachable=calendar.reachable,
    )  # fmt: skip
    item.step, item.next_step_at = move.step, now + move.wait
    if move.in_vain:
        _nobody_answers(session, item, alone=move.rings is None, staffed=calendar.staffed(now))
    session.flush()
    if move.rings is not None:
        paging.ring(session, item, move.rings)
    return True


def _nobody_answers(session: Session, item: DeskItem, *, alone: bool, staffed: bool) -> None:
    """Written down once for each round of the item; the auditor rings outside as long as it stands. The patient is told
    whom to call: at once while nobody is at the desk, else when that has not helped either."""
    now = clock.now()
    if item.unanswered_at is None:
        item.unanswered_at = now
        session.flush()
        items.tell(session, item, "nobody_on_call" if alone else "nobody_answered", "agent")
    if item.kind == "words" and (not staffed or now - item.unanswered_at >= ladder.STAFFED_PATIENCE):
        hand_off.tell_nobody_reads(session, item)
