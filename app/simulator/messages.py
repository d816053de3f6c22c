"""One text as the carrier keeps it, and one line as a handset shows it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from app.simulator import segments
from app.simulator.faults import Fault
from app.simulator.ledger import Entry

INBOUND, OUTBOUND, REPLY = "inbound", "outbound-api", "outbound-reply"
FINAL = frozenset({"delivered", "undelivered", "failed", "received"})
LONGEST_QUEUE = 36_000
"""Seconds a text may wait at the carrier when the sender names no ValidityPeriod."""


def new_sid(prefix: str) -> str:
    """`SM`, `MM` or `ME` and 32 hex digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Media:
    url: str
    content_type: str


@dataclass(slots=True)
class Message:
    """validity: seconds. sent is when it left the carrier, or when an inbound one came.

    marks: the faults that struck it, with their seconds.
    """

    sid: str
    direction: str
    sender: str
    to: str
    body: str
    media: tuple[Media, ...]
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None
    validity: int
    status_callback: str | None
    segments: int
    error_code: int | None = None
    marks: dict[Fault, float] = field(default_factory=dict)

    @property
    def final(self) -> bool:
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on a handset's screen; redaction at the carrier does not reach it.

    mine: written on this handset. other: the number at the far end.
    """

    sid: str
    mine: bool
    other: str
    body: str
    media: tuple[Media, ...]
    at: datetime


def from_entry(entry: Entry, at: datetime) -> Message:
    """The message that a ledger entry `message` tells of."""
    inbound = entry["direction"] == INBOUND
    return Message(
        sid=entry["sid"],
        direction=entry["direction"],
        sender=entry["from"],
        to=entry["to"],
        body=entry["body"],
        media=tuple(Media(url, content_type) for url, content_type in entry["media"]),
        status="received" if inbound else "queued",
        created=at,
        updated=at,
        sent=at if inbound else None,
        validity=entry.get("validity", LONGEST_QUEUE),
        status_callback=entry.get("status_callback"),
        segments=segments.count(entry["body"]),
    )
