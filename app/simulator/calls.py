"""One call as the carrier keeps it: what was heard, and what it waits for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
WITHHELD = "anonymous"
"""What the practice is told instead of a number that is not shown."""

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
    """What the call waits for. kind: gather (a key or words) or dial (somebody else has the caller).

    ends_with: the key that ends the keys; takes: dtmf, speech or both; asks_on_silence: the action is asked all the
    same when nothing comes.
    """

    kind: str
    action: str
    takes: str = ""
    keys: int = 0
    ends_with: str = "#"
    asks_on_silence: bool = False


@dataclass(slots=True)
class Call:
    """handset: whose telephone it is, whatever number the practice is shown as `caller`."""

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

    @property
    def over(self) -> bool:
        return self.status in ENDED
