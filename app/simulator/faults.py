"""The vocabulary of faults: everything that can be made to go wrong between the practice and its carrier.

The same names in code, at the control endpoint and on the phone's screen:

    a text from a patient        inbound_twice  inbound_overtaken  inbound_late  inbound_lost
    the practice sends a text    too_many_requests  error_before_accept  reset_before_accept  opted_out
      ... and it was accepted    error_after_accept  read_timeout  truncated_answer  reset_after_accept
    what becomes of it           opted_out_later (21610)  unreachable (30003)  unknown_number (30005)
                                 landline (30006)  filtered (30007)  unregistered (30034)
    how that is reported         reports_late  reports_reversed  reports_twice  reports_lost  last_report_lost
    a call to a patient          call_waits
    the list of messages         list_late  list_redacted  list_broken

In tests: `carrier.faults.arm(Fault.INBOUND_TWICE)` for the next text, `arm(fault, None)` until `disarm(fault)`,
`arm(fault, None, chance=0.1, seed=7)` for about one in ten, the same ones each time; `seconds=` for how long, where it
takes time. Over HTTP: `PUT /phone/faults/inbound_twice` with {"times": 1, "chance": 1, "seed": 0, "seconds": 0},
`DELETE` of the same or of `/phone/faults`, and `GET /phone/faults` (app/simulator/switches.py).
A fault strikes a text when it begins its life, and stays with it. Each strike stands in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.simulator.effects import (
    Answer,
    Arrival,
    BrokenPage,
    Effect,
    Fate,
    Manner,
    Redacted,
    Reporting,
    Unlisted,
    Waits,
)

E = TypeVar("E", bound=Effect)
E_co = TypeVar("E_co", bound=Effect, covariant=True)


class Fault(StrEnum):
    INBOUND_TWICE = "inbound_twice"
    INBOUND_OVERTAKEN = "inbound_overtaken"
    INBOUND_LATE = "inbound_late"
    INBOUND_LOST = "inbound_lost"
    TOO_MANY_REQUESTS = "too_many_requests"
    ERROR_BEFORE_ACCEPT = "error_before_accept"
    RESET_BEFORE_ACCEPT = "reset_before_accept"
    OPTED_OUT = "opted_out"
    ERROR_AFTER_ACCEPT = "error_after_accept"
    READ_TIMEOUT = "read_timeout"
    TRUNCATED_ANSWER = "truncated_answer"
    RESET_AFTER_ACCEPT = "reset_after_accept"
    OPTED_OUT_LATER = "opted_out_later"
    UNREACHABLE = "unreachable"
    UNKNOWN_NUMBER = "unknown_number"
    LANDLINE = "landline"
    FILTERED = "filtered"
    UNREGISTERED = "unregistered"
    REPORTS_LATE = "reports_late"
    REPORTS_REVERSED = "reports_reversed"
    REPORTS_TWICE = "reports_twice"
    REPORTS_LOST = "reports_lost"
    LAST_REPORT_LOST = "last_report_lost"
    CALL_WAITS = "call_waits"
    LIST_LATE = "list_late"
    LIST_REDACTED = "list_redacted"
    LIST_BROKEN = "list_broken"


@dataclass(frozen=True, slots=True)
class Meaning:
    """For people: `sentence`, under the heading `group`. For the machine: `effect`.

    seconds: how long it takes if nobody says otherwise; None where time plays no part.
    """

    group: str
    sentence: str
    effect: Effect
    seconds: float | None = None


INCOMING, SENDING, DELIVERING = "Texts from patients", "Handing a text to the carrier", "Delivering a text"
CALLING = "Calls to patients"
REPORTING, LISTING = "Reports of what became of a text or call", "The carrier's list of texts"
BUSY, BROKEN = (20429, "Too many requests"), (20500, "Internal server error")
STOPPED = (21610, "Attempt to send to an unsubscribed recipient.")

MEANINGS: Mapping[Fault, Meaning] = {
    Fault.INBOUND_TWICE: Meaning(INCOMING, "A text arrives at the practice twice.", Arrival(copies=2), 0),
    Fault.INBOUND_OVERTAKEN: Meaning(
        INCOMING, "A text arrives after the one that the same person writes next.", Arrival(overtaken=True), 60
    ),
    Fault.INBOUND_LATE: Meaning(INCOMING, "A text arrives late.", Arrival(late=True), 60),
    Fault.INBOUND_LOST: Meaning(INCOMING, "A text never arrives. Only the carrier's list has it.", Arrival(copies=0)),
    Fault.TOO_MANY_REQUESTS: Meaning(
        SENDING, "The carrier is too busy (429). It does not take the text.", Answer(False, 429, *BUSY)
    ),
    Fault.ERROR_BEFORE_ACCEPT: Meaning(
        SENDING, "The carrier answers with an error (500). It did not take the text.", Answer(False, 500, *BROKEN)
    ),
    Fault.RESET_BEFORE_ACCEPT: Meaning(
        SENDING, "The line is cut. The carrier did not take the text.", Answer(False, manner=Manner.RESET)
    ),
    Fault.OPTED_OUT: Meaning(
        SENDING, "The carrier refuses the text: the person has opted out (21610).", Answer(False, 400, *STOPPED)
    ),
    Fault.ERROR_AFTER_ACCEPT: Meaning(
        SENDING, "The carrier answers with an error (500), yet it takes the text.", Answer(True, 500, *BROKEN)
    ),
    Fault.READ_TIMEOUT: Meaning(
        SENDING, "The carrier takes the text, but answers too late.", Answer(True, manner=Manner.LATE)
    ),
    Fault.TRUNCATED_ANSWER: Meaning(
        SENDING, "The carrier takes the text, but only half of its answer arrives.", Answer(True, manner=Manner.CUT)
    ),
    Fault.RESET_AFTER_ACCEPT: Meaning(
        SENDING, "The line is cut, yet the carrier takes the text.", Answer(True, manner=Manner.RESET)
    ),
    Fault.OPTED_OUT_LATER: Meaning(
        DELIVERING, "A text is taken, then fails: the person has opted out (21610).", Fate("failed", 21610)
    ),
    Fault.UNREACHABLE: Meaning(
        DELIVERING, "A text is not delivered: the phone is off (30003).", Fate("undelivered", 30003)
    ),
    Fault.UNKNOWN_NUMBER: Meaning(
        DELIVERING, "A text is not delivered: nobody has this number (30005).", Fate("undelivered", 30005)
    ),
    Fault.LANDLINE: Meaning(
        DELIVERING, "A text is not delivered: it is a landline (30006).", Fate("undelivered", 30006)
    ),
    Fault.FILTERED: Meaning(
        DELIVERING, "A text is not delivered: the carrier takes it for spam (30007).", Fate("undelivered", 30007)
    ),
    Fault.UNREGISTERED: Meaning(
        DELIVERING, "A text is not delivered: our number is not registered (30034).", Fate("undelivered", 30034)
    ),
    Fault.REPORTS_LATE: Meaning(REPORTING, "The reports on a text or call come late.", Reporting(late=True), 60),
    Fault.REPORTS_REVERSED: Meaning(
        REPORTING, "The reports on a text or call come in reverse order.", Reporting(overtaken=True), 60
    ),
    Fault.REPORTS_TWICE: Meaning(REPORTING, "Each report on a text or call comes twice.", Reporting(copies=2), 0),
    Fault.REPORTS_LOST: Meaning(REPORTING, "The reports on a text or call never come.", Reporting(copies=0)),
    Fault.LAST_REPORT_LOST: Meaning(
        REPORTING, "The last report on a text or call never comes.", Reporting(copies=0, last_only=True)
    ),
    Fault.CALL_WAITS: Meaning(CALLING, "A call that the practice makes waits and does not ring.", Waits()),
    Fault.LIST_LATE: Meaning(LISTING, "A text is missing from the list at first.", Unlisted(), 30),
    Fault.LIST_REDACTED: Meaning(LISTING, "A text stands there without its words and its whole number.", Redacted()),
    Fault.LIST_BROKEN: Meaning(LISTING, "The list breaks off half way.", BrokenPage()),
}


@dataclass(frozen=True, slots=True)
class Struck(Generic[E_co]):
    """A fault that has struck, and for how long it lasts."""

    fault: Fault
    effect: E_co
    seconds: float


def suffered(marks: Mapping[Fault, float], kind: type[E]) -> Struck[E] | None:
    """Which of the faults that a text carries (with their seconds) is of this kind; at most one is."""
    for fault, seconds in marks.items():
        effect = MEANINGS[fault].effect
        if type(effect) is kind:
            return Struck(fault, effect, seconds)
    return None
