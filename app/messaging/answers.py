"""What the carrier says to us, in words of ours: of a text to be sent, of one in its list, of itself."""

from dataclasses import dataclass
from datetime import datetime

REQUEST_TIMEOUT = 408
TOO_MANY_REQUESTS = 429
REFUSALS = range(400, 500)


@dataclass(frozen=True)
class Accepted:
    """The carrier took it under this id."""

    carrier_id: str


@dataclass(frozen=True)
class Refused:
    """The carrier said no (its error code); it was not sent."""

    code: str


@dataclass(frozen=True)
class NotSent:
    """It never reached the carrier, or the carrier did not process it: safe to try again."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """It may or may not have been sent; never to be sent again without evidence (HAZARDS F3)."""

    reason: str


Result = Accepted | Refused | NotSent | Unknown


def answered(status: int, code: int | None) -> Result:
    """What a refusal means, by its HTTP status and the carrier's error code."""
    if status == TOO_MANY_REQUESTS:
        return NotSent("too_many_requests")
    if status not in REFUSALS or status == REQUEST_TIMEOUT:
        return Unknown("carrier_fault")  # a fault or a detour: somebody behind it may have taken the text
    return Refused(str(code or status))


@dataclass(frozen=True)
class Seen:
    """What the carrier answered to a look at our account: its HTTP status, and what time it was there (UTC)."""

    status: int
    at: datetime | None

    @property
    def opens(self) -> bool:
        return self.status < REFUSALS.start


@dataclass(frozen=True)
class Listed:
    """A text as the carrier's list has it. A redacted one has no body, and its patient's number ends in letters or
    signs. `created` is None when the carrier's date cannot be read."""

    sid: str
    direction: str
    sender: str
    to: str
    body: str
    media_count: int
    status: str
    error_code: str
    created: datetime | None


@dataclass(frozen=True)
class ListedCall:
    """A call as the carrier has it. `created` is None when the carrier's date cannot be read; answered_by: "" where it
    does not say."""

    sid: str
    direction: str
    sender: str
    to: str
    status: str
    answered_by: str
    created: datetime | None


class ListUnreadable(Exception):
    """The list, or the rest of it, cannot be read now; the message is a word for the log."""


class NotThere(ListUnreadable):
    """The carrier answers that it has no such text, call or recording."""
