"""“Also wrote: 1”: the choice that stood beside clinical words, which a person may have carried out with one key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app import scheduling
from app.models.conversations import Conversation
from app.web.times import local
from escalation_desk.models import DeskItemWords


@dataclass(frozen=True, slots=True)
class Also:
    """The choice and what it would do; `possible` while the question still waits and nobody did it."""

    exchange_id: int
    choice: int
    meaning: str
    done: bool
    possible: bool


def proposed(session: Session, words: DeskItemWords) -> Also | None:
    """What these words would have chosen, had they been alone."""
    if words.also_wrote is None:
        return None
    wanted = words.also_wrote
    conversation = session.get_one(Conversation, wanted["conversation"])
    done = words.also_done_at is not None
    waits = conversation.state == "live" and conversation.turn == wanted["turn"]
    return Also(words.exchange_id, wanted["choice"], _meaning(session, wanted), done, waits and not done)


def _meaning(session: Session, wanted: Mapping[str, Any]) -> str:
    """`confirm Tue Nov 24, 3:00 PM`."""
    label: str = wanted["label"]
    if wanted["appointment"] is None:
        return label
    visit = scheduling.visit(session, wanted["appointment"])
    return f"{label} {local(visit.starts_at, visit.time_zone)}"
