"""What the stand-in carrier knows at one moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from app.simulator.messages import Line, Message


@dataclass(frozen=True, slots=True)
class Facts:
    """One handset. kind: mobile, landline, dead or off; id: opaque, for addresses."""

    id: str
    number: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A status callback that is still to be posted."""

    sid: str
    status: str
    error_code: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand an inbound text to the practice; problem is empty when it was taken."""

    status: int | None
    error_code: int | None
    problem: str


@dataclass(slots=True)
class State:
    """moving: outbound texts without a final status, oldest first. blocked: (our number, handset)."""

    version: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    moving: dict[str, Message] = field(default_factory=dict)
    owed: list[Callback] = field(default_factory=list)
    attempts: dict[str, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    handsets: dict[str, Facts] = field(default_factory=dict)
    threads: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[tuple[str, str]] = field(default_factory=set)
