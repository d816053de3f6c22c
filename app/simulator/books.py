"""The carrier's books: every happening is written to the ledger, then applied, under one lock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app import clock
from app.simulator import changes
from app.simulator.account import Account
from app.simulator.faults import Fault, Faults
from app.simulator.ledger import Entry, Ledger
from app.simulator.state import State

INTERRUPTED = "The stand-in carrier was stopped before the practice had answered."


class Books:
    """Account, state and faults, shared by everything that plays a part of the carrier.

    The lock is never held while the practice is spoken to: it may call back before it answers.
    """

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self.account = account
        self.faults = Faults()
        self.state = State()
        self._ledger = ledger
        self._lock = threading.RLock()
        for entry in ledger.entries():
            changes.apply(self.state, entry)
        self._settle_interrupted()

    def record(self, event: str, **facts: Any) -> None:
        """Append one entry; it is on the disk when this returns."""
        with self._lock:
            entry = {"event": event, "at": clock.now().isoformat(), **facts}
            self._ledger.append(entry)
            changes.apply(self.state, entry)

    @contextmanager
    def held(self) -> Iterator[State]:
        """The state, with nobody else writing."""
        with self._lock:
            yield self.state

    def entries(self) -> list[Entry]:
        """The whole ledger, oldest first: the ground truth."""
        with self._lock:
            return list(self._ledger.entries())

    def bites(self, fault: Fault) -> bool:
        """Whether an armed fault strikes here and now; the ledger keeps that it did."""
        if not self.faults.take(fault):
            return False
        self.record("fault", name=fault.name)
        return True

    def close(self) -> None:
        self._ledger.close()

    def _settle_interrupted(self) -> None:
        """A text that was in the air when the process died is nobody's success."""
        inbound = [message.sid for message in self.state.messages.values() if message.direction == "inbound"]
        for sid in inbound:
            if not self.state.attempts.get(sid):
                self.record("webhook", sid=sid, status=None, error_code=11200, problem=INTERRUPTED)
