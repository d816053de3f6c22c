"""What faults do, as data: the class says which place of the stand-in asks for it, the fields what happens there."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Travel:
    """How a request travels to the practice. copies: 0 never arrives. last_only: only the last of its kind is struck.

    late: it waits. overtaken: it waits until the one after it has arrived, at most as long as the fault says.
    """

    copies: int = 1
    late: bool = False
    overtaken: bool = False
    last_only: bool = False


class Arrival(Travel):
    """Of an inbound text's webhook."""


class Reporting(Travel):
    """Of the status callbacks of one text."""


class Manner(Enum):
    """How an answer to the practice's send request comes back."""

    WHOLE = "whole"
    LATE = "late"
    CUT = "cut"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the practice hears when it sends. accepted: whether the text goes on its way all the same.

    status and code: HTTP status and Twilio's error code; 201 is the ordinary answer.
    """

    accepted: bool
    status: int = 201
    code: int | None = None
    sentence: str = ""
    manner: Manner = Manner.WHOLE


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an accepted text. status: its last one, `failed` (never left) or `undelivered`."""

    status: str
    code: int


@dataclass(frozen=True, slots=True)
class Unlisted:
    """The text is missing from the message list for a while."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """Body and the last four digits of the handset's number are missing from what REST shows."""


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """The list breaks off: its first page is short, and the next one fails."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A call stays in the carrier's queue and does not ring."""


Effect = Travel | Answer | Fate | Unlisted | Redacted | BrokenPage | Waits
