"""The stand-in for Twilio: a stateful carrier that the practice reaches only by Twilio's own protocol."""

import threading
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flask import current_app

from app.simulator import arrivals, delivery, ringing, truth
from app.simulator.account import Account
from app.simulator.books import Books
from app.simulator.handset import Handset
from app.simulator.ledger import Ledger
from app.simulator.state import Attempt, State
from app.simulator.switchboard import Faults
from app.simulator.truth import Truth

TICK_SECONDS = 0.2
AT_ONCE = 16
"""Requests to the practice at the same time: one that it never answers does not keep the others."""
EXTENSION = "carrier"
KINDS = ("mobile", "landline", "dead", "off")


class Carrier:
    """Everything it knows stands in the ledger; opening the same ledger again goes on where it was.

    Raises LiveAccountRefused for any account but the demo's, LedgerInUse for a ledger with another writer,
    LedgerGap for one that was cut.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        webhook_url: str,
        *,
        numbers: Iterable[str],
        ledger: Path,
        reach_at: str | None = None,
        api_keys: Mapping[str, str] | None = None,
        fallback_url: str | None = None,
        time_zone: str = "",
    ) -> None:
        """numbers: the practice's, texting number first. reach_at: connect here, not to the public host. time_zone: by
        whose clock the phones in the browser go (IANA name); none: by the browser's."""
        self.time_zone = time_zone
        account = Account(account_sid, auth_token, webhook_url, tuple(numbers), reach_at, api_keys or {}, fallback_url)
        self.books = Books(account, Ledger(ledger))
        self._handsets: dict[str, Handset] = {}
        self._pumping = threading.Lock()
        self._stopping = threading.Event()
        self._clockwork: threading.Thread | None = None

    @property
    def account(self) -> Account:
        return self.books.account

    @property
    def faults(self) -> Faults:
        return self.books.faults

    @property
    def state(self) -> State:
        """For looking only; `books.record` is the only way to change it."""
        return self.books.state

    def handset(self, number: str, *, kind: str | None = None, label: str | None = None) -> Handset:
        """The handset with this number, made if need be. kind: one of KINDS; dead is not in service."""
        if kind is not None and kind not in KINDS:
            raise ValueError(f"{kind} is no kind of handset; there are {', '.join(KINDS)}.")
        with self.books.held() as state:
            known = state.handsets.get(number)
            wanted_kind = kind or (known.kind if known else "mobile")
            wanted_label = label if label is not None else (known.label if known else "")
            if known is None or (known.kind, known.label) != (wanted_kind, wanted_label):
                self.books.record("handset", number=number, label=wanted_label, kind=wanted_kind)
            return self._handsets.setdefault(number, Handset(self.books, number))

    def attempts(self, sid: str) -> list[Attempt]:
        """How each try went to hand this inbound text to the practice."""
        with self.books.held() as state:
            return list(state.attempts.get(sid, ()))

    def truth(self) -> Truth:
        """What really happened, from the ledger on the disk."""
        return truth.read(self.books.path)

    def redeliver(self, sid: str) -> None:
        """Post an inbound text once more, as a carrier that lost the answer does."""
        with self.books.held() as state:
            message = state.messages[sid]
        arrivals.post(self.books, message, str(uuid.uuid4()))

    def pump(self) -> int:
        """Deliver everything that is on its way and post every status callback, now and in order.

        What a fault keeps back comes when the clock says so.
        """
        with self._pumping:
            rung = 0
            while ringing.move_one(self.books, only_due=False):
                rung += 1
            return rung + delivery.pump(self.books)

    def run(self) -> None:
        """Pump by itself, at a believable pace, until closed."""
        self._clockwork = threading.Thread(target=self._keep_pumping, name="carrier", daemon=True)
        self._clockwork.start()

    def stall(self, seconds: float) -> None:
        """Keep somebody waiting, but not beyond the carrier's own end."""
        self._stopping.wait(seconds)

    def close(self) -> None:
        self._stopping.set()
        if self._clockwork:
            self._clockwork.join()
        self.books.close()

    def _keep_pumping(self) -> None:
        with ThreadPoolExecutor(AT_ONCE, "carrier") as messengers:
            out: set[Future[None]] = set()
            ringer: Future[bool] | None = None
            while not self._stopping.wait(TICK_SECONDS):
                while delivery.move_one(self.books, only_due=True):
                    pass
                if ringer is None or ringer.done():
                    ringer = messengers.submit(ringing.move_one, self.books, only_due=True)
                    ringer.add_done_callback(_raise)
                out = {sent for sent in out if not sent.done()}
                while len(out) < AT_ONCE and (errand := delivery.next_errand(self.books)):
                    sent = messengers.submit(self._run, errand)
                    sent.add_done_callback(_raise)
                    out.add(sent)

    def _run(self, errand: delivery.Errand | None) -> None:
        """One errand after the other, until there is none."""
        while errand:
            errand()
            errand = None if self._stopping.is_set() else delivery.next_errand(self.books)


def _raise(done: "Future[Any]") -> None:
    """A failed errand is a bug of ours: it ends as loudly as in a thread of its own."""
    if problem := done.exception():
        threading.excepthook(threading.ExceptHookArgs((type(problem), problem, problem.__traceback__, None)))


def this_carrier() -> Carrier:
    """The carrier that the running Flask application serves."""
    carrier: Carrier = current_app.extensions[EXTENSION]
    return carrier
