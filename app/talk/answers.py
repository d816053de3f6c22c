"""What a patient answered on the way through a dialog, kept with the conversation until staff are told of it."""

import json
import re
from calendar import day_name, month_name

from sqlalchemy.orm import Session

from app.models.conversations import Conversation, Exchange
from dialogs.engine.vocabulary import SAVED

DAY = re.compile(rf"\b(?:{'|'.join(day_name)})\b|(?:\d{{4}}-|--)(0[1-9]|1[0-2])-(\d\d)", re.IGNORECASE)
"""A weekday or a date in the value of a reading."""
_QUOTED = re.compile(r"“.*”")
_OF_TIME = ("days", "time_of_day")


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
    """Which days and which time of day she answered; empty for what she was not asked, and for what only her own words
    say: a person reads those."""
    kept = _kept(conversation)
    days, time_of_day = ("" if _QUOTED.fullmatch(kept.get(name, "")) else kept.get(name, "") for name in _OF_TIME)
    return days, time_of_day


def _kept(conversation: Conversation) -> dict[str, str]:
    return json.loads(conversation.saved) if conversation.saved else {}


def _written(day: re.Match[str]) -> str:
    """`friday` and `--12-04` as English has them: Friday December 4."""
    return f"{month_name[int(day[1])]} {int(day[2])}" if day[1] else day[0].capitalize()
