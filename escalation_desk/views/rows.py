"""A list as it stands now: its rows, and how many wait on each list."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app import clock
from app.models.conversations import Exchange
from app.web.reasons import REASONS
from escalation_desk import items
from escalation_desk.models import LISTS, DeskItem, DeskItemWords
from escalation_desk.views import people
from escalation_desk.views.lost import lost
from escalation_desk.views.people import Caller
from escalation_desk.views.words import Message, message

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One item on its list."""

    item_id: int
    crisis: bool
    opened_at: datetime
    caller: Caller
    message: Message | None
    more: int
    unread: int
    reason: str
    note: str | None
    owner: str | None
    mine: bool
    cannot_text: bool
    times_opened: int
    lost: str


@dataclass(frozen=True, slots=True)
class Count:
    """What waits on a list; `crisis` of them with crisis or emergency words."""

    waiting: int = 0
    crisis: int = 0


def rows(session: Session, list_name: items.ListName, staff_id: int) -> list[Row]:
    """The first hundred rows in their order: crisis words first by practice rule, then the oldest."""
    waiting, now = items.open_items(session, list_name, SHOWN), clock.now()
    words = _words(session, [item.id for item in waiting])
    callers = people.callers(session, waiting)
    owners = people.owners(session, waiting)
    found = []
    for item in waiting:
        said, has_it, caller = words[item.id], people.holder(item, now), callers[item.id]
        shown = _telling(said)
        found.append(Row(
            item_id=item.id, crisis=item.rank == items.CRISIS_RANK, opened_at=item.opened_at,
            caller=caller, message=message(shown[0]) if shown else None,
            more=max(0, len(said) - 1), unread=sum(unread for _, unread in said),
            reason=REASONS.get(item.reason, "something is to be done"), note=item.note if item.kind == "task" else None,
            owner=owners.get(has_it) if has_it else None, mine=has_it == staff_id,
            cannot_text=item.cannot_text or caller.cannot_be_texted,
            times_opened=item.times_opened,
            lost=lost(item, caller, [message(exchange) for exchange, _ in said]),
        ))  # fmt: skip
    return found


def counts(session: Session) -> dict[str, Count]:
    """How many items are open on each list."""
    grave = func.sum(case((DeskItem.rank == items.CRISIS_RANK, 1), else_=0))
    query = select(DeskItem.list, func.count(), grave).where(DeskItem.state != "closed").group_by(DeskItem.list)
    found = {name: Count(int(waiting), int(crisis)) for name, waiting, crisis in session.execute(query)}
    return {name: found.get(name, Count()) for name in LISTS}


def _words(session: Session, item_ids: list[int]) -> dict[int, list[tuple[Exchange, bool]]]:
    """For each item its exchanges, oldest first, and whether nobody has read them."""
    found: dict[int, list[tuple[Exchange, bool]]] = defaultdict(list)
    query = (
        select(DeskItemWords.desk_item_id, Exchange, DeskItemWords.read_at)
        .join(Exchange, Exchange.id == DeskItemWords.exchange_id)
        .where(DeskItemWords.desk_item_id.in_(item_ids))
        .order_by(Exchange.id)
    )
    for item_id, exchange, read_at in session.execute(query):
        found[item_id].append((exchange, read_at is None))
    return found


def _telling(said: list[tuple[Exchange, bool]]) -> tuple[Exchange, bool] | None:
    """The words a row shows: the newest clinical ones, else the newest."""
    clinical = [one for one in said if one[0].lane == "clinical"]
    return (clinical or said)[-1] if said else None
