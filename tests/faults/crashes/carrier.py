"""The stand-in carrier in a process of its own: it outlives whoever dies, and its ledger is the ground truth."""

import os
import secrets
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from werkzeug.serving import make_server

from app.simulator import ledger, webhook
from app.simulator.carrier import EXTENSION, Carrier
from app.simulator.faults import Fault
from app.simulator.ledger import Entry
from app.simulator.server import QuietHandler, create_simulator
from app.simulator.truth import Text, Truth
from tests.house import ACCOUNT, CLINIC, PAGING, TOKEN

Kept = dict[str, bytes]
"""A ledger's files by name: the lines, and their count beside them."""


class CarrierFault(Exception):
    """The stand-in itself broke."""


class CarrierProcess:
    """A remote control. It may be used by the process that made it and by those forked from it, one at a time."""

    def __init__(self, door_url: str, path: Path) -> None:
        ours, theirs = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            _serve(theirs, door_url, path)
        theirs.close()
        self._line, self._numbers = ours, count(1)
        self.url: str = self._ask("url")

    def begin(self, kept: Kept) -> None:
        """Forget everything; go on from this ledger, with no fault armed."""
        self._ask("begin", kept)

    def ledger(self) -> Kept:
        """The ledger's files as they are."""
        kept: Kept = self._ask("ledger")
        return kept

    def truth(self) -> Truth:
        """What really happened."""
        truth: Truth = self._ask("truth")
        return truth

    def wait(self) -> None:
        """Until it has done what it was asked before, by whoever has died since."""
        self._ask("wait")

    def texts(self, number: str, body: str, photo: bool = False) -> str:
        """Somebody texts the practice; the MessageSid, once the door has answered or failed to."""
        sid: str = self._ask("texts", number, body, photo)
        return sid

    def pump(self) -> int:
        """Deliver what is on its way and post every report; how many happenings."""
        happened: int = self._ask("pump")
        return happened

    def arm(self, fault: Fault, times: int = 1) -> None:
        self._ask("arm", fault, times)

    def handset(self, number: str, kind: str) -> None:
        self._ask("handset", number, kind)

    def lets(self, number: str, habit: str) -> None:
        """What a telephone does by itself when it is rung."""
        self._ask("lets", number, habit)

    def redeliver(self, everything: bool) -> int:
        """Post again each inbound text whose last delivery failed, or every one; how many."""
        posted: int = self._ask("redeliver", everything)
        return posted

    def repeat_reports(self, everything: bool) -> int:
        """Post again each report whose post failed, or every one; how many."""
        posted: int = self._ask("repeat_reports", everything)
        return posted

    def close(self) -> None:
        self._line.close()
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def _ask(self, verb: str, *arguments: Any) -> Any:
        """Answers to whoever has died in between are passed over: each question has a number of its own."""
        number = (os.getpid(), next(self._numbers))
        self._line.send((number, verb, arguments))
        while True:
            answered, fine, answer = self._line.recv()
            if answered == number:
                break
        if not fine:
            raise CarrierFault(answer)
        return answer


class Exchange:
    """The carrier's own side: one carrier after the other, behind one address."""

    def __init__(self, door_url: str, path: Path) -> None:
        self._door, self._path = door_url, path
        self._carrier = self._opened()
        self._simulator = create_simulator(self._carrier)
        self._simulator.add_url_rule("/alarm", "alarm", lambda: ("", 204), methods=["POST"])  # whoever watches outside
        self._server = make_server("127.0.0.1", 0, self._simulator, threaded=True, request_handler=QuietHandler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def verbs(self) -> dict[str, Callable[..., Any]]:
        own = (self.url, self.begin, self.ledger, self.truth, self.wait, self.texts, self.pump, self.arm, self.handset,
               self.lets, self.redeliver, self.repeat_reports)  # fmt: skip
        return {verb.__name__: verb for verb in own}

    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def begin(self, kept: Kept) -> None:
        self._carrier.close()
        shutil.rmtree(self._path.parent)
        self._path.parent.mkdir()
        for name, content in kept.items():
            self._path.with_name(name).write_bytes(content)
        self._carrier = self._opened()
        self._simulator.extensions[EXTENSION] = self._carrier

    def ledger(self) -> Kept:
        return {path.name: path.read_bytes() for path in self._path.parent.iterdir()}

    def truth(self) -> Truth:
        return self._carrier.truth()

    def wait(self) -> None:
        """Whatever was asked before has been done."""

    def texts(self, number: str, body: str, photo: bool) -> str:
        handset = self._carrier.handset(number)
        return handset.texts_photo(body) if photo else handset.texts(body)

    def pump(self) -> int:
        return self._carrier.pump()

    def arm(self, fault: Fault, times: int) -> None:
        self._carrier.faults.arm(fault, times)

    def handset(self, number: str, kind: str) -> None:
        self._carrier.handset(number, kind=kind)

    def lets(self, number: str, habit: str) -> None:
        self._carrier.handset(number).does_by_itself(habit)

    def redeliver(self, everything: bool) -> int:
        lost = [sid for sid, answered in self._inbound() if everything or not answered]
        for sid in lost:
            self._carrier.redeliver(sid)
        return len(lost)

    def repeat_reports(self, everything: bool) -> int:
        """In the carrier's own form (TWILIO 3.2)."""
        truth, entries = self._carrier.truth(), ledger.read(self._path).entries
        texts = {text.sid: text for text in truth.accepted}
        heard = {(report.sid, report.status) for report in truth.callbacks if report.http == HTTPStatus.NO_CONTENT}
        statuses = [
            entry for entry in entries
            if entry["event"] == "status" and (everything or (entry["sid"], entry["status"]) not in heard)
        ]  # fmt: skip
        for status in statuses:
            self._report(texts[status["sid"]], status)
        return len(statuses)

    def _opened(self) -> Carrier:
        return Carrier(ACCOUNT, TOKEN, f"{self._door}/twilio/sms", numbers=[CLINIC, PAGING], ledger=self._path)

    def _inbound(self) -> Iterator[tuple[str, bool]]:
        """Each inbound text, and whether its last delivery was answered."""
        truth = self._carrier.truth()
        for text in truth.inbound:
            tries = [one for one in truth.webhooks if one.sid == text.sid]
            yield text.sid, bool(tries) and tries[-1].error_code is None

    def _report(self, text: Text, status: Entry) -> None:
        if not text.status_callback:
            return
        form = {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "From": text.sender, "To": text.to,
            "MessageSid": text.sid, "SmsSid": text.sid,
            "MessageStatus": status["status"], "SmsStatus": status["status"],
        }  # fmt: skip
        if status["error_code"]:
            form["ErrorCode"] = str(status["error_code"])
        for _ in webhook.tries(self._carrier.account, text.status_callback, form, secrets.token_hex(8)):
            pass


def _serve(line: Connection, door_url: str, path: Path) -> NoReturn:
    """Answer until whoever made us is gone."""
    try:
        verbs = Exchange(door_url, path).verbs()
        while True:
            number, verb, arguments = line.recv()
            try:
                line.send((number, True, verbs[verb](*arguments)))
            except Exception as error:  # noqa: BLE001  (told to whoever asked)
                line.send((number, False, f"{verb}: {error!r}"))
    except (EOFError, OSError):
        pass
    finally:
        os._exit(0)
