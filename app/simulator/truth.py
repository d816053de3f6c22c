"""The ledger as a witness: everything that really happened at the carrier, typed, and what is missing from it.

truth = read(path)        # or carrier.truth()
truth.gaps                # must be empty before anything is concluded from the rest
truth.calls               # every call that the practice made
truth.accepted            # every text the carrier took from the practice, whatever the practice was told
truth.inbound             # every text a handset sent
truth.webhooks            # every try to hand one over, and what came back; truth.callbacks: every report
truth.refused, truth.struck, truth.lost
"""

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from app.simulator import ledger
from app.simulator.faults import Fault
from app.simulator.ledger import Entry, Gap, Reading
from app.simulator.messages import INBOUND


@dataclass(frozen=True, slots=True)
class Text:
    """One text. direction: inbound, outbound-api or outbound-reply (TwiML)."""

    n: int
    at: datetime
    sid: str
    direction: str
    sender: str
    to: str
    body: str
    status_callback: str | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """One try to hand an inbound text to the practice. http None: no answer; problem: why it failed, or empty.

    error_code: the carrier's own. fallback: it went to the fallback address.
    """

    n: int
    at: datetime
    sid: str
    token: str | None
    http: int | None
    error_code: int | None
    problem: str
    answer: str
    fallback: bool


@dataclass(frozen=True, slots=True)
class Callback:
    """One try to report a status. http None: no answer."""

    n: int
    at: datetime
    sid: str
    status: str
    token: str
    http: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What the practice was never told: an inbound text (status None), or that an outbound one reached a status."""

    n: int
    at: datetime
    sid: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that the carrier did not take. code: its error code; None when it did not even answer."""

    n: int
    at: datetime
    to: str
    code: int | None


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault struck this text; None: a request that has no text."""

    n: int
    at: datetime
    fault: Fault
    sid: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call that the carrier took from the practice."""

    n: int
    at: datetime
    sid: str
    to: str


@dataclass(frozen=True, slots=True)
class Truth:
    calls: list[PlacedCall]
    accepted: list[Text]
    inbound: list[Text]
    webhooks: list[Webhook]
    callbacks: list[Callback]
    lost: list[Lost]
    refused: list[Refused]
    struck: list[Strike]
    gaps: list[Gap]


T = TypeVar("T", PlacedCall, Text, Webhook, Callback, Lost, Refused, Strike)
NAMED = {"sender": "from", "fault": "name"}
"""Fields that the ledger calls otherwise."""


def read(path: Path) -> Truth:
    """From the file, even while the stand-in writes it."""
    return told(ledger.read(path))


def told(reading: Reading) -> Truth:
    texts = _all(reading, "message", Text)
    placed = [
        entry
        for entry in reading.entries
        if entry["event"] == "call" and entry.get("placed") and not entry.get("parent")
    ]
    return Truth(
        calls=[_typed(entry, PlacedCall) for entry in placed],
        accepted=[text for text in texts if text.direction != INBOUND],
        inbound=[text for text in texts if text.direction == INBOUND],
        webhooks=_all(reading, "webhook", Webhook),
        callbacks=_all(reading, "callback", Callback),
        lost=_all(reading, "lost", Lost),
        refused=_all(reading, "refused", Refused),
        struck=_all(reading, "fault", Strike),
        gaps=reading.gaps,
    )


def _all(reading: Reading, event: str, kind: type[T]) -> list[T]:
    return [_typed(entry, kind) for entry in reading.entries if entry["event"] == event]


def _typed(entry: Entry, kind: type[T]) -> T:
    facts: dict[str, Any] = {each.name: entry.get(NAMED.get(each.name, each.name)) for each in fields(kind)}
    facts["at"] = datetime.fromisoformat(entry["at"])
    if kind is Strike:
        facts["fault"] = Fault(entry["name"])
    return kind(**facts)
