"""Texts as a nurse reviews them: the words, how they were read, and whether the lists in force would catch them now."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbound import readings
from app.library import word_lists
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.reviews import Proposal, Sampled
from app.models.staff import Staff
from app.sealing import Gap
from app.web.reasons import LANES, PROPOSED
from escalation_desk import classifier
from escalation_desk.views.words import Message, message

SHOWN = 50


@dataclass(frozen=True)
class Proposed:
    """A proposal with its text. `caught`: the lists in force bring these words to the nurses."""

    row: Proposal
    message: Message
    said: str
    was: str
    nearest: str
    caught: bool
    decided_by: str


@dataclass(frozen=True)
class Review:
    """A text of the daily sample: what we had asked, the words, and what they were taken for."""

    row: Sampled
    message: Message
    asked: str | None
    was: str
    nearest: str


def proposed(session: Session, state: str) -> list[Proposed]:
    """Proposals in this state: what waits the oldest first, what is settled the newest."""
    order = Proposal.id if state == "open" else Proposal.id.desc()
    query = select(Proposal, Exchange).join(Exchange, Exchange.id == Proposal.exchange_id)
    rows = session.execute(query.where(Proposal.state == state).order_by(order).limit(SHOWN)).all()
    people, catches = _names(session, [row for row, _ in rows]), _catcher(session)
    return [_proposed(row, exchange, people, catches(exchange)) for row, exchange in rows]


def sampled(session: Session, row: Sampled) -> Review:
    """A text of the sample, with the last text of ours before it."""
    exchange = session.get_one(Exchange, row.exchange_id)
    before = (
        select(Outbound.body)
        .where(Outbound.contact_point_id == exchange.contact_point_id, Outbound.created_at < exchange.received_at)
        .order_by(Outbound.created_at.desc(), Outbound.id.desc())
        .limit(1)
    )
    reading = _reading(exchange)
    return Review(row, message(exchange), session.scalar(before), _was(exchange, reading), _nearest(reading))


def _names(session: Session, rows: Sequence[Proposal]) -> dict[int, str]:
    ids = {each for row in rows for each in (row.proposed_by, row.decided_by) if each is not None}
    return {row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))}


def _proposed(row: Proposal, exchange: Exchange, people: Mapping[int, str], caught: bool) -> Proposed:
    reading = _reading(exchange)
    return Proposed(
        row, message(exchange), f"{people.get(row.proposed_by, 'Somebody')}, {PROPOSED[row.source]}",
        _was(exchange, reading), _nearest(reading), caught, people.get(row.decided_by or 0, ""),
    )  # fmt: skip


def _catcher(session: Session) -> Callable[[Exchange], bool]:
    """Whether the lists in force bring a text to the nurses now; they and the names are asked for once."""
    lists, names = word_lists.in_force(session), readings.names(session)

    def catches(exchange: Exchange) -> bool:
        body = exchange.body
        return not isinstance(body, Gap) and classifier.read(body, None, names=names, lexicon=lists).lane == "clinical"

    return catches


def _reading(exchange: Exchange) -> Mapping[str, Any]:
    kept = exchange.reading
    found: Mapping[str, Any] = json.loads(kept) if kept and not isinstance(kept, Gap) else {}
    return found


def _was(exchange: Exchange, reading: Mapping[str, Any]) -> str:
    """`routine: confirm`."""
    lane, intent = LANES.get(exchange.lane or "", "not read"), str(reading.get("intent", "none"))
    return lane if intent == "none" else f"{lane}: {intent.replace('_', ' ')}"


def _nearest(reading: Mapping[str, Any]) -> str:
    near = reading.get("nearest")
    return f"“{near['text']}” is {near['score']:g} % like “{near['term']}”" if near else ""
