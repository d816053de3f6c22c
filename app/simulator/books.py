"""The carrier's books: every happening is written to the ledger, then applied, under one lock."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app import clock
from app.simulator import changes
from app.simulator.account import Account
from app.simulator.effects import Effect
from app.simulator.faults import E, Struck
from app.simulator.ledger import Entry, Ledger
from app.simulator.state import Held, Request, State
from app.simulator.switchboard import Faults


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report on a call that comes late, or after those that follow it (`until` the end of the call)."""

    sid: str
    params: Mapping[str, str]
    until: datetime | None


INTERRUPTED = "The stand-in carrier was stopped before the practice had answered."


class Books:
    """Account, state and faults, shared by everything that plays a part of the carrier.

    The lock is never held while the practice is spoken to: it may call back before it answers.
    reporting: texts of which the practice is being told at this moment.
    habits: what a handset does by itself when the practice rings it. kept_reports: of calls, held back by a fault.
    recording_reports: how often the practice is told of a recording; deletions: "obeyed", "refused" or "ignored".
    other_side: what happens when a call is passed on: completed (somebody takes it), no-answer, busy or failed.
    """

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self.account = account
        self.faults = Faults()
        self.state = State()
        self.reporting: set[str] = set()
        self.other_side = "no-answer"
        self.recording_reports = 1
        self.deletions = "obeyed"
        self.habits: dict[str, str] = {}
        self.kept_reports: list[KeptReport] = []
        self._ledger = ledger
        self._lock = threading.RLock()
        for entry in ledger.entries():
            changes.apply(self.state, entry)
        self._settle_interrupted()

    @property
    def path(self) -> Path:
        """Where the ledger stands."""
        return self._ledger.path

    def record(self, event: str, **facts: Any) -> None:
        """Append one entry; it is on the disk when this returns."""
        with self._lock:
            entry = self._ledger.append({"event": event, "at": clock.now().isoformat(), **facts})
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

    def strike(self, kind: type[E], sid: str | None = None) -> Struck[E] | None:
        """The armed fault of this kind that strikes here and now; the ledger keeps which and whom."""
        struck = self.faults.take(kind)
        if struck:
            self.record("fault", name=struck.fault.value, sid=sid, seconds=struck.seconds)
        return struck

    def mark(self, sid: str, *kinds: type[Effect]) -> None:
        """A text begins its life: whatever strikes it stays with it."""
        for kind in kinds:
            self.strike(kind, sid)

    def hold(self, request: Request, seconds: float, token: str, *, overtaken: bool) -> None:
        """Keep a request to the practice back; a fault wants it so."""
        until = clock.now() + timedelta(seconds=seconds)
        self.record(
            "hold",
            sid=request.sid,
            status=request.status,
            error_code=request.error_code,
            of=request.at.isoformat(),
            until=until.isoformat(),
            overtaken=overtaken,
            token=token,
        )

    def release(self, held: Held) -> bool:
        """Whether this request is ours to post now; nobody else gets it."""
        with self._lock:
            if held.number not in self.state.held:
                return False
            self.record("release", held=held.number)
            return True

    def close(self) -> None:
        self._ledger.close()

    def _settle_interrupted(self) -> None:
        """A text that was in the air when the process died is nobody's success."""
        kept = {held.request.sid for held in self.state.held.values() if held.request.status is None}
        inbound = [message.sid for message in self.state.messages.values() if message.direction == "inbound"]
        for sid in inbound:
            if not self.state.attempts.get(sid) and sid not in kept | self.state.lost:
                self.record(
                    "webhook", sid=sid, token=None, http=None, error_code=11200, problem=INTERRUPTED, answer="",
                    fallback=False,
                )  # fmt: skip
