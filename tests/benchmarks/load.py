"""The load client: a process of its own that posts signed texts over kept-alive connections and times the answers.

`python -m tests.benchmarks.load PORT TEXTS (closed CONNECTIONS SECONDS | open RATE SECONDS)` prints one JSON object:
seconds, answers [{number, at (unix seconds when it was due), took (seconds)}], problems [sentence].
"""

import http.client
import json
import queue
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

OPEN_CONNECTIONS = 24
PATH = "/twilio/sms"


class Text(NamedTuple):
    """One line of `texts.write`."""

    number: str
    body: str
    form: str
    signature: str


class Client:
    """One connection and the thread that uses it."""

    def __init__(self, port: int, answers: list[dict[str, Any]], problems: list[str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.connect()
        self._answers, self._problems = answers, problems

    def post(self, text: Text, due: float | None = None) -> None:
        """Post it and note how long the answer took, counted from when it was due (monotonic seconds)."""
        began = time.monotonic() if due is None else due
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": text.signature}
        try:
            self._connection.request("POST", PATH, text.form, headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self._problems.append(repr(problem))
            self._connection.close()
            return
        took = time.monotonic() - began
        if answer.status != 200:
            self._problems.append(f"answered {answer.status}")
            return
        self._answers.append({"number": text.number, "at": time.time() - took, "took": took})


def closed(clients: list[Client], texts: list[Text], seconds: float) -> float:
    """Each connection posts its next text as soon as the last was answered; returns the seconds it went on."""
    left = deque(texts)
    began = time.monotonic()

    def post_on(client: Client) -> None:
        while time.monotonic() - began < seconds:
            try:
                text = left.popleft()
            except IndexError:
                return
            client.post(text)

    _together([threading.Thread(target=post_on, args=(client,)) for client in clients])
    return time.monotonic() - began


def opened(clients: list[Client], texts: list[Text], rate: float, seconds: float) -> float:
    """A text every 1/rate seconds, whether or not the earlier ones were answered."""
    due: queue.Queue[tuple[Text, float] | None] = queue.Queue()

    def post_due(client: Client) -> None:
        while (next_one := due.get()) is not None:
            client.post(*next_one)

    threads = [threading.Thread(target=post_due, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    for place, text in enumerate(texts[: int(rate * seconds)]):
        at = began + place / rate
        time.sleep(max(0.0, at - time.monotonic()))
        due.put((text, at))
    for _ in clients:
        due.put(None)
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def main() -> None:
    """Do what the arguments ask for."""
    port, path, how, first, seconds = sys.argv[1:]
    texts = [Text(*json.loads(line)) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    answers: list[dict[str, Any]] = []
    problems: list[str] = []
    connections = int(float(first)) if how == "closed" else OPEN_CONNECTIONS
    clients = [Client(int(port), answers, problems) for _ in range(connections)]
    if how == "closed":
        took = closed(clients, texts, float(seconds))
    else:
        took = opened(clients, texts, float(first), float(seconds))
    json.dump({"seconds": took, "answers": answers, "problems": problems}, sys.stdout)


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
