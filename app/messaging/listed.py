"""Texts and calls as the carrier lists them, in shapes of our own (TWILIO 6)."""

from typing import Any

from app.messaging.answers import Listed, ListedCall


def text(message: Any) -> Listed:
    """The client gives back what the JSON holds: counts as strings, codes as numbers, and None for what is missing."""
    return Listed(
        sid=str(message.sid),
        direction=str(message.direction),
        sender=message.from_ or "",
        to=message.to or "",
        body=message.body or "",
        media_count=int(message.num_media or 0),
        status=str(message.status),
        error_code=str(message.error_code or ""),
        created=message.date_created,
    )


def call(one: Any) -> ListedCall:
    sender = one._from or ""  # noqa: SLF001  (the client has no other name for it)
    return ListedCall(
        sid=str(one.sid), direction=str(one.direction), sender=sender, to=one.to or "",
        status=str(one.status), answered_by=one.answered_by or "", created=one.date_created,
    )  # fmt: skip
