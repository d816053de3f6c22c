"""“Also wrote: 1”: the choice that stood beside clinical words, which a person may have carried out with one key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.conversations import Conversation
from escalation_desk.models import DeskItemWords
from escalation_desk.views import about
from escalation_desk.views.about import About
from escalation_desk.views.people import Caller


@dataclass(frozen=True, slots=True)
class Also:
    """The choice, whether she `wrote` its number or words that mean it, and what it would do; `possible` while the
    question still waits and nobody did it. `asked`: the question, where her words were the answer to it. `key`: how
    it is reached by keyboard, `d`, or `d1` and `d2` where several can be done."""

    exchange_id: int
    choice: int
    wrote: bool
    meaning: str
    done: bool
    possible: bool
    key: str = "d"
    asked: str | None = None


def proposed(session: Session, all_words: Sequence[DeskItemWords], caller: Caller) -> dict[int, Also]:
    """What each of these exchanges would have chosen, had its choice stood alone; by the exchange's id."""
    chosen = {words.exchange_id: words for words in all_words if words.also_wrote is not None}
    wanted = {exchange_id: dict(words.also_wrote or {}) for exchange_id, words in chosen.items()}
    asked = _conversations(session, {each["conversation"] for each in wanted.values()})
    visits = about.appointments(session, (each["appointment"] for each in wanted.values()))
    found = {}
    for exchange_id, each in wanted.items():
        conversation, done = asked[each["conversation"]], chosen[exchange_id].also_done_at is not None
        waits = conversation.state == "live" and conversation.turn == each["turn"]
        meaning = _meaning(each, conversation, visits.get(each["appointment"]), caller)
        found[exchange_id] = Also(
            exchange_id, each["choice"], each.get("wrote", True), meaning, done,
            waits and not done and not each.get("answered"), asked=each.get("asked"),
        )  # fmt: skip
    return _numbered(found)


def _conversations(session: Session, ids: set[int]) -> dict[int, Conversation]:
    query = select(Conversation).where(Conversation.id.in_(ids))
    return {each.id: each for each in (session.scalars(query) if ids else ())}


def _meaning(wanted: Mapping[str, Any], asked: Conversation, visit: About | None, caller: Caller) -> str:
    """`confirm Tue Nov 24, 3:00 PM`; with whose it is unless the number reaches that patient and nobody else."""
    label: str = wanted["label"]
    if visit is None:
        return label
    hers = [patient.id for patient in caller.patients] == [visit.patient_id]
    said = f"{label}: {visit.when}" if hers else f"{label}: {visit.whose}, {visit.when}"
    stale = visit.cancelled or visit.version != asked.appointment_version
    return f"{said}; it has changed since the question" if stale else said


def _numbered(found: dict[int, Also]) -> dict[int, Also]:
    open_ones = [each for each in found.values() if each.possible]
    if len(open_ones) > 1:
        for number, each in enumerate(open_ones, start=1):
            found[each.exchange_id] = replace(each, key=f"d{number}")
    return found
