"""What the stand-in carrier knows at one moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from app.simulator.calls import Call, Recording
from app.simulator.messages import FINAL, Line, Message


@dataclass(frozen=True, slots=True)
class Facts:
    """One handset. kind: mobile, landline, dead or off; id: opaque, for addresses."""

    id: str
    number: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the practice is to be told of a text. status: the one that a callback reports; None is the text itself."""

    sid: str
    status: str | None
    error_code: int | None
    at: datetime

    @property
    def is_last(self) -> bool:
        """Whether nothing more will be reported of this text."""
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class Held:
    """A request that is kept back. overtaken: until the one after it has arrived, if that is before `until`."""

    number: int
    request: Request
    until: datetime
    overtaken: bool
    token: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand an inbound text to the practice; problem is empty when it was taken.

    fallback: the try went to the address for emergencies, not to the practice's own.
    """

    status: int | None
    error_code: int | None
    problem: str
    fallback: bool = False


@dataclass(slots=True)
class State:
    """moving: outbound texts without a final status, oldest first. blocked: (our number, handset).

    owed: status callbacks that are due. held: requests kept back, by the number of their ledger entry.
    lost: inbound texts that the practice is never told of.
    """

    version: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    moving: dict[str, Message] = field(default_factory=dict)
    owed: list[Request] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    attempts: dict[str, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    handsets: dict[str, Facts] = field(default_factory=dict)
    threads: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[tuple[str, str]] = field(default_factory=set)
    calls: dict[str, Call] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
