"""What a patient answered on the way through a dialog, kept with the conversation until staff are told of it."""

import json
import re
from calendar import day_name, month_name

from sqlalchemy.orm import Session

from app.models.conversations import Conversation, Exchange
from dialogs.engine.vocabulary import SAVED

DAY = re.compile(rf"\b(?:{'|'.join(day_name)})\b|(?:\d{{4}}-|--)(0[1-9]|1[0-2])-(\d\d)", re.IGNORECASE)
"""A weekday or a date in the value of a reading."""


def keep(conversation: Conversation, name: str, value: str) -> None:
    """Keep one answer; a later one under the same name takes its place."""
    conversation.saved = json.dumps({**_kept(conversation), name: value}, ensure_ascii=False)


def quoted(session: Session, exchange_id: int) -> str:
    """Her own words, for what no value can carry: “any day”, “next week”."""
    return f"“{' '.join(session.get_one(Exchange, exchange_id).body.split())}”"


def told(conversation: Conversation) -> str | None:
    """All that was answered, as staff read it: "Days: Friday · Time of day: mornings"; None if there is nothing."""
    kept = _kept(conversation).items()
    return " · ".join(f"{SAVED.get(name, name)}: {DAY.sub(_written, value)}" for name, value in kept) or None


def when(conversation: Conversation) -> tuple[str, str]:
    """Which days and which time of day she answered, her own words “so”; empty for what she was not asked."""
    kept = _kept(conversation)
    return kept.get("days", ""), kept.get("time_of_day", "")


def _kept(conversation: Conversation) -> dict[str, str]:
    return json.loads(conversation.saved) if conversation.saved else {}


def _written(day: re.Match[str]) -> str:
    """`friday` and `--12-04` as English has them: Friday December 4."""
    return f"{month_name[int(day[1])]} {int(day[2])}" if day[1] else day[0].capitalize()
