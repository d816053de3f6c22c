"""What can go wrong between the practice and its carrier, armed by name and bitten once each.

A fault lives in two places only: its name here, and the one line that takes it where it bites.
"""

import threading
from enum import StrEnum


class Fault(StrEnum):
    """The value is the sentence a person reads."""

    DUPLICATE_INBOUND = "The practice gets the next text twice."
    TOO_MANY_REQUESTS = "The next send is refused as too many requests (429); it was never accepted."
    ERROR_BEFORE_ACCEPT = "The next send fails with a server error (500); it was never accepted."
    ERROR_AFTER_ACCEPT = "The next send fails with a server error (500), though it was accepted."
    READ_TIMEOUT = "The next send is accepted, but the answer comes too late."
    OPTED_OUT = "The next send is refused as opted out (21610)."


class Faults:
    """Armed faults: how often each will still bite."""

    def __init__(self) -> None:
        self._armed: dict[Fault, int] = {}
        self._lock = threading.Lock()

    def arm(self, fault: Fault, times: int = 1) -> None:
        with self._lock:
            self._armed[fault] = times

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def armed(self) -> dict[Fault, int]:
        with self._lock:
            return dict(self._armed)

    def take(self, fault: Fault) -> bool:
        """Whether the fault bites now; each bite uses up one arming."""
        with self._lock:
            left = self._armed.pop(fault, 0)
            if left > 1:
                self._armed[fault] = left - 1
            return left > 0
