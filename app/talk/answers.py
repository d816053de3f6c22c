"""What a patient answered on the way through a dialog, kept with the conversation until staff are told of it."""

import json

from app.models.conversations import Conversation
from dialogs.engine.vocabulary import SAVED


def keep(conversation: Conversation, name: str, value: str) -> None:
    """Keep one answer; a later one under the same name takes its place."""
    conversation.saved = json.dumps({**_kept(conversation), name: value}, ensure_ascii=False)


def told(conversation: Conversation) -> str | None:
    """All that was answered, as staff read it: "Days: friday · Time of day: mornings"; None if there is nothing."""
    return " · ".join(f"{SAVED.get(name, name)}: {value}" for name, value in _kept(conversation).items()) or None


def when(conversation: Conversation) -> tuple[str, str]:
    """Which days and which time of day she answered; empty for what she was not asked."""
    kept = _kept(conversation)
    return kept.get("days", ""), kept.get("time_of_day", "")


def _kept(conversation: Conversation) -> dict[str, str]:
    return json.loads(conversation.saved) if conversation.saved else {}
