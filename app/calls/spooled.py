"""Calls while the database is away: what the caller hears, and what is kept of her turn until it is back (DESIGN 8)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app import settings
from app.calls import answers, wording
from app.calls.answers import Step
from app.calls.hearing import Turn
from escalation_desk import page_words

KIND = "call"


def answer(turn: Turn, *, kept: bool = True) -> str:
    """In both languages, with the fixed texts that were shipped: the emergency sentence, then the practice is rung;
    when nobody took that call, that we call back, if the turn is `kept` and there is a number."""
    ours = settings.current()
    if turn.how == "reached":
        step = Step("over", ("call_voicemail",))  # we called, and do not know what listens
    elif turn.staff:
        told = page_words.THROUGH_ENDED if turn.dialled else page_words.CALL_BROKEN
        step = Step("over", words=(told,))  # she does not take a patient's place on the practice's line
    elif turn.answered or turn.recorded:
        step = Step("over")
    elif turn.dialled or ours.practice_phone in ours.numbers or turn.from_number == ours.practice_phone:
        step = Step("over", ("call_nobody" if kept and not turn.withheld else "call_try_again",))
    else:
        step = Step("connecting", ("call_trouble", "call_connecting"))
    following, over = turn.number + 1, turn.to_number
    said = answers.answer(step, wording.shipped(), turn=following, hears="en", ours=over, withheld=turn.withheld)
    return said.twiml


def content(turn: Turn, answered: str) -> dict[str, Any]:
    """As it lies in the spool."""
    kept = {**asdict(turn), "received_at": turn.received_at.isoformat(), "told": answered}
    return {"kind": KIND, "answered": answered, "turn": kept}


def is_call(kept: Mapping[str, Any]) -> bool:
    return kept.get("kind") == KIND


def turn(kept: Mapping[str, Any]) -> Turn:
    """The turn that was kept."""
    was = kept["turn"]
    return Turn(**{**was, "received_at": datetime.fromisoformat(was["received_at"])})
