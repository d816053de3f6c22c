"""The ladder's conductor: each item of the nurses that nobody has taken moves up in time, until somebody takes it (P7).

Moving a step and writing its page are one transaction: a process that dies leaves both or neither (H13, H16). What
comes to one person's rung in one round is one page (decision 0063).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import apart, clock, db
from app.inbound import hand_off
from escalation_desk import holding, items, ladder, leases, oncall, paging
from escalation_desk.cover import Calendar
from escalation_desk.models import DeskItem

AT_ONCE = 500
TOGETHER = 20
"""So many items of a round move in one transaction, and one page speaks of them."""
TEST_HOURS = range(9, 17)
"""On the practice's wall: a test page wakes nobody."""


@dataclass(frozen=True)
class _Round:
    """How it stands as a round of the ladder begins: the calendar, whether every screen at the desk sleeps, and which
    nurses work there."""

    calendar: Calendar
    asleep: bool
    at_desk: Collection[int]


def climb() -> int:
    """Every item whose time has come moves one step up; returns how many did."""
    with db.reading("climbing.due") as session:
        order = (DeskItem.rank, DeskItem.opened_at, DeskItem.id)
        query = select(DeskItem.id, DeskItem.rank).where(*_due()).order_by(*order).limit(AT_ONCE)
        due = session.execute(query).all()
        if not due:
            return 0
        now = clock.now()
        asleep = oncall.asleep_for(session, now) is not None
        round_ = _Round(oncall.calendar(session), asleep, oncall.at_desk(session, now))
    crises = [[each.id] for each in due if each.rank == items.CRISIS_RANK]
    usual = [each.id for each in due if each.rank != items.CRISIS_RANK]
    together = [usual[at : at + TOGETHER] for at in range(0, len(usual), TOGETHER)]
    return sum(_move(some, round_) for some in [*crises, *together])


def _move(some: Sequence[int], round_: _Round) -> int:
    """Move these up together, so that one page speaks of all; then whatever was in somebody's hands just then, or in
    the way of the others, each by itself."""
    moved: set[int] = set()
    if len(some) > 1:
        with apart.Alone("climb_together_failed", some[0]):
            moved = _step(some, round_)
    for item_id in some:
        if item_id not in moved:
            with apart.Alone("climb_failed", item_id):
                moved |= _step([item_id], round_)
    return len(moved)


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
    return [DeskItem.list == "nurses", DeskItem.state == "open", time, ~leases.begun_by_us()]


def _step(item_ids: Sequence[int], round_: _Round) -> set[int]:
    """One step up for those with whom nobody was faster, and the pages of it; returns which moved."""
    with db.transaction("climbing.step") as session:
        found = holding.lock_all(session, item_ids, wait=len(item_ids) == 1)
        query = select(DeskItem.id).where(DeskItem.id.in_([item.id for item in found]), *_due())
        still = set(session.scalars(query))
        moving = sorted(
            (item for item in found if item.id in still), key=lambda item: (item.rank, item.opened_at, item.id)
        )
        rung: dict[int, list[DeskItem]] = {}
        for item in moving:
            staff_id = _up(session, item, round_)
            if staff_id is not None:
                rung.setdefault(staff_id, []).append(item)
        session.flush()
        for staff_id, some in sorted(rung.items()):
            paging.ring(session, some, staff_id)
    return still


def _up(session: Session, item: DeskItem, round_: _Round) -> int | None:
    """Its step, and who is paged for it. A desk at which every screen sleeps has no time of its own (H17)."""
    now, crisis = clock.now(), item.rank == items.CRISIS_RANK
    calendar, staffed = round_.calendar, round_.calendar.staffed(now)
    move = ladder.move(
        item.step, crisis=crisis, staffed=staffed and not round_.asleep,
        on_call=calendar.on_call(now), reachable=calendar.reachable,
    )  # fmt: skip
    item.step, item.next_step_at = move.step, now + move.wait
    if move.in_vain:
        _nobody_answers(session, item, alone=move.rings is None, staffed=staffed)
    elif staffed and not crisis and move.rings in round_.at_desk:
        items.tell(session, item, "page_spared", "agent", owner=move.rings)
        return None
    return move.rings


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
