"""What of an item cannot be unsealed any more, in words for the person who looks at it."""

from collections.abc import Iterable

from app.sealing import Gap
from escalation_desk.models import DeskItem
from escalation_desk.views.people import Caller
from escalation_desk.views.words import Message


def lost(item: DeskItem, caller: Caller, messages: Iterable[Message]) -> str:
    """`the name and the words`; nothing when all can be read."""
    parts = {
        "the name": any(isinstance(patient.name, Gap) for patient in caller.patients),
        "the number": caller.number_lost,
        "the words": any(message.lost for message in messages),
        "the note": isinstance(item.note, Gap),
    }
    gone = [name for name, is_gone in parts.items() if is_gone]
    return " and ".join(filter(None, (", ".join(gone[:-1]), *gone[-1:])))
