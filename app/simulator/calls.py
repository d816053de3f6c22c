"""One call as the carrier keeps it: what was heard, and what it waits for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.simulator.faults import Fault

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
WITHHELD = "anonymous"
"""What the practice is told instead of a number that is not shown."""

HABITS = ("", "machine_end_beep", "machine_end_silence", "machine_end_other", "machine_start", "fax", "unknown", "busy",
          "no-answer")  # fmt: skip
"""What a handset does by itself when it is rung; "": it rings until somebody answers. All between are what the carrier
takes for a machine, or cannot tell."""
PLAIN_HABITS = ("", "busy", "no-answer")

Who = Literal["practice", "caller", "carrier"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One line of a call: the practice's system speaking, the caller speaking or pressing, or what the carrier does."""

    who: Who
    words: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """What the call waits for. kind: gather (a key or words), dial (somebody else has the caller) or record.

    ends_with: the key that ends the keys; takes: dtmf, speech or both; asks_on_silence: the action is asked all the
    same when nothing comes; hints: what the practice expects to be said, with commas between; reports:
    told of the recording.
    """

    kind: str
    action: str
    takes: str = ""
    keys: int = 0
    ends_with: str = "#"
    asks_on_silence: bool = False
    hints: str = ""
    reports: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """What the practice asked for with a call of its own: where to ask what to say, whom to tell of which events, how
    many seconds it rings, and whether to find out what answers."""

    url: str
    status_url: str
    events: tuple[str, ...]
    seconds: int
    detects: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """What a caller said, kept by the carrier until it is deleted; `words` are what the stand-in knows it by."""

    sid: str
    call: str
    words: str
    seconds: int
    began: datetime
    reports: str


@dataclass(slots=True)
class Call:
    """handset: whose telephone it is, whatever number the practice is shown as `caller`. placed: the practice rang it,
    `caller` being the practice's number then. parent: of a second call, made by a Dial, the first one; bridged: the two
    talk, or did."""

    sid: str
    handset: str
    caller: str
    to: str
    status: str
    began: datetime
    lines: list[Heard] = field(default_factory=list)
    wait: Wait | None = None
    asked: tuple[str, dict[str, str]] | None = None
    problem: str = ""
    placed: Placed | None = None
    answered_by: str = ""
    marks: dict[Fault, float] = field(default_factory=dict)
    updated: datetime | None = None
    parent: str = ""
    answered_at: datetime | None = None
    bridged: bool = False

    @property
    def direction(self) -> str:
        """In the carrier's word."""
        return "outbound-dial" if self.parent else "outbound-api" if self.placed else "inbound"

    @property
    def over(self) -> bool:
        return self.status in ENDED
