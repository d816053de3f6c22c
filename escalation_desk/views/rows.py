"""A list as it stands now, row by row."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import clock
from app.models.conversations import LANES, Exchange
from escalation_desk import items, resting
from escalation_desk.models import DeskItem, DeskItemWords
from escalation_desk.views import about, beside, people
from escalation_desk.views.about import About
from escalation_desk.views.lost import lost
from escalation_desk.views.own_reasons import own_reasons
from escalation_desk.views.people import Caller
from escalation_desk.views.words import Message, excerpt, message

SHOWN = 100
"""Rows of a list at first; a person who scrolls to its end gets as many more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item on its list; `why` is what the shown words wait for, `reason` what the item waits for where that is
    something else; `fetches`: a nurse is to be told; `unread` counts texts that came after a person had read what was
    there."""

    item_id: int
    crisis: bool
    fetches: bool
    opened_at: datetime
    caller: Caller
    message: Message | None
    more: int
    unread: int
    why: str
    reason: str
    nurses_have: bool
    note: str | None
    about: About | None
    owner: str | None
    mine: bool
    cannot_text: bool
    times_opened: int
    unanswered: bool
    rests_until: datetime | None
    back: bool
    handed_by: str
    lost: str
    answers: str


@dataclass(frozen=True, slots=True)
class Said:
    """One text of an item, and whether a person has had it on the screen."""

    message: Message
    lane: str
    read: bool
    answers: str = ""  # the choice that they were, in words


def rows(
    session: Session,
    list_name: items.ListName,
    staff_id: int,
    which: Sequence[ColumnElement[bool]] = (),
    many: int = SHOWN,
) -> list[Row]:
    """The first rows in their order (items.open_items)."""
    return rows_of(session, items.open_items(session, list_name, many, which), staff_id)


def rows_of(session: Session, waiting: Sequence[DeskItem], staff_id: int) -> list[Row]:
    """These items as rows, in the order they are given."""
    now = clock.now()
    words = _words(session, [item.id for item in waiting])
    callers = people.callers(session, waiting)
    owners, given = people.owners(session, waiting), people.handed(session, waiting)
    visits = about.appointments(session, (item.appointment_id for item in waiting))
    with_nurses = beside.nurses_have(session, waiting)
    several = {item.stream for item in waiting if len(words[item.id]) > 1 or item.reason.startswith("called_")}
    own = own_reasons(session, several)
    found = []
    for item in waiting:
        said, has_it, caller = words[item.id], people.holder(item, now), callers[item.id]
        unread, shown, reason = sum(not each.read for each in said), telling(said), beside.why(item, caller)
        why = own.get(shown.message.exchange_id, reason) if shown else reason
        found.append(Row(
            item_id=item.id, crisis=item.rank == items.CRISIS_RANK, fetches=item.reason in items.FOR_A_NURSE,
            opened_at=item.opened_at,
            caller=caller, message=excerpt(shown.message) if shown else None, more=max(0, len(said) - 1),
            unread=unread if unread < len(said) else 0,
            why=why, reason="" if why == reason else reason, nurses_have=item.id in with_nurses,
            note=item.note if item.kind == "task" else None,
            about=visits.get(item.appointment_id or 0),
            owner=owners.get(has_it) if has_it else None, mine=has_it == staff_id,
            cannot_text=item.cannot_text or caller.cannot_be_texted, times_opened=item.times_opened,
            unanswered=item.unanswered_at is not None, rests_until=(rests := resting.until(item, now)),
            back=rests is not None and rests <= now, handed_by=given.get(item.id, "") if has_it else "",
            lost=lost(item, caller, [each.message for each in said]), answers=shown.answers if shown else "",
        ))  # fmt: skip
    return found


def _words(session: Session, item_ids: list[int]) -> dict[int, list[Said]]:
    """For each item what stands on it, oldest first."""
    found: dict[int, list[Said]] = defaultdict(list)
    query = (
        select(DeskItemWords.desk_item_id, Exchange, DeskItemWords.read_at, DeskItemWords.also_wrote)
        .join(Exchange, Exchange.id == DeskItemWords.exchange_id)
        .where(DeskItemWords.desk_item_id.in_(item_ids))
        .order_by(Exchange.id)
    )
    for item_id, exchange, read_at, chose in session.execute(query):
        answers = chose["label"] if chose and chose.get("answered") else ""
        found[item_id].append(Said(message(exchange), exchange.lane or "clinical", read_at is not None, answers))
    return found


def telling(said: list[Said]) -> Said | None:
    """The words a row shows: those with crisis or emergency words, else with something that matched, else an
    answer to a question about her health, else the clinical, else what was not understood; of several the newest."""
    best = max(enumerate(said), key=lambda each: (*_tells(each[1]), each[0]), default=None)
    return best[1] if best else None


def _tells(said: Said) -> tuple[bool, bool, bool, int]:
    return said.message.grave, bool(said.message.kinds), bool(said.answers), LANES.index(said.lane)
