"""Patients who text and staff who work, while everything around them breaks; they remember what they were promised."""

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import requests

from tests.faults.nemesis.practice import PASSWORD

WORDS = (
    "1", "1", "1", "2", "2", "yes", "no", "sí", "Yes I'll be there", "no puedo ir", "can we do another day?",
    "yes but my chest hurts", "me duele el pecho", "I took two of my pills", "what is this about", "gracias", "thanks",
    "STOP", "START", "HELP", "ayuda", "who is this", "wrong number", "running late", "ok 👍", "0", "call me please",
)  # fmt: skip
REPLIES = ("Thank you, we will call you.", "Please come at ten.", "Gracias, le llamamos hoy.")
WAITS = 20.0
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
ITEM = re.compile(r'href="(/desk/items/\d+)"')


@dataclass
class Memory:
    """What the practice promised over HTTP, and what it should never have said."""

    texted: int = 0
    written: list[tuple[str, int, str]] = field(default_factory=list)
    """Forms whose text to a patient was taken: each must be one row of the outbox."""
    closed: list[int] = field(default_factory=list)
    """Items that were closed, by somebody who was told so."""
    unseemly: list[str] = field(default_factory=list)
    """Answers that show a trace."""
    errors: int = 0


class Bot:
    """Somebody who does `act` again and again in a thread, and is put off by nothing."""

    def __init__(self, act: Callable[[random.Random], None], every: float, seed: str) -> None:
        self._act, self._every = act, every
        self._rng = random.Random(seed)  # noqa: S311 reproducible on purpose
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def _go_on(self) -> None:
        while not self._over.wait(self._rng.uniform(0.3, 1.7) * self._every):
            try:
                self._act(self._rng)
            except requests.RequestException:  # that is what they are here for
                continue

    def ask_to_end(self) -> None:
        self._over.set()

    def end(self) -> None:
        self._over.set()
        self._thread.join(2 * WAITS)


class Phones:
    """The handsets at the stand-in carrier."""

    def __init__(self, carrier_url: str, numbers: tuple[str, ...], memory: Memory) -> None:
        self._url, self._memory = carrier_url, memory
        self._ids = [self._make(number) for number in numbers]

    def _make(self, number: str) -> str:
        made = requests.post(f"{self._url}/phone/handsets", json={"number": number}, timeout=WAITS)
        return str(made.json()["id"])

    def somebody_texts(self, rng: random.Random) -> None:
        text = {"handset": rng.choice(self._ids), "body": rng.choice(WORDS)}
        self._memory.texted += 1
        requests.post(f"{self._url}/phone/texts", json=text, timeout=2 * WAITS)


class Colleague:
    """A member of staff at a browser: takes an item of her list, reads, answers, closes."""

    def __init__(self, url: str, username: str, list_page: str, memory: Memory) -> None:
        self._url, self._username, self._list, self._memory = url, username, list_page, memory
        self._web = requests.Session()

    def works(self, rng: random.Random) -> None:
        """One item, as far as she gets."""
        page = self._page(self._list)
        addresses = sorted(set(ITEM.findall(page)))
        if not addresses:
            return
        address = rng.choice(addresses[:12])
        forms = self._forms(address)
        if f"{address}/claim" in forms:
            self._post(f"{address}/claim", forms[f"{address}/claim"])
            forms = self._forms(address)
        if f"{address}/read" in forms and f"{address}/close" in forms:
            self._post(f"{address}/read", forms[f"{address}/read"])
        if f"{address}/reply" in forms and rng.random() < 0.5:
            self._replies(f"{address}/reply", forms[f"{address}/reply"], rng)
        if f"{address}/close" in forms and rng.random() < 0.7:
            self._closes(address, rng)

    def _replies(self, address: str, fields: dict[str, str], rng: random.Random) -> None:
        """Sometimes with a double click, sometimes once more after an error, as people do."""
        body = rng.choice(REPLIES)
        for _ in range(rng.choice((1, 1, 2, 3))):
            reply = (fields["form"], int(address.split("/")[-2]), body)
            if self._post(address, {**fields, "body": body}) and reply not in self._memory.written:
                self._memory.written.append(reply)

    def _closes(self, address: str, rng: random.Random) -> None:
        fields = self._forms(address).get(f"{address}/close")
        if fields is None:
            return
        how = rng.choice(("nothing_to_do", "nothing_to_do", "advised_by_phone", "settled_by_phone", "answered_by_text"))
        if self._post(f"{address}/close", {**fields, "disposition": how, "closing_note": "Called back."}):
            self._memory.closed.append(int(address.rpartition("/")[2]))

    def _forms(self, path: str) -> dict[str, dict[str, str]]:
        """The hidden fields of each form of a page, by its address."""
        page = self._page(path)
        return {action: {name: unescape(value) for name, value in HIDDEN.findall(inside)}
                for action, inside in FORM.findall(page)}  # fmt: skip

    def _page(self, path: str) -> str:
        answer = self._ask("GET", path)
        if "/sign-in" in answer.headers.get("Location", ""):
            self._ask("POST", "/sign-in", {"username": self._username, "password": PASSWORD})
            answer = self._ask("GET", path)
        return answer.text if answer.ok else ""

    def _post(self, path: str, fields: dict[str, str]) -> bool:
        """Whether it was taken."""
        answer = self._ask("POST", path, fields)
        return answer.status_code == 303 and "/sign-in" not in answer.headers["Location"]

    def _ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> requests.Response:
        answer = self._web.request(method, self._url + path, data=fields, timeout=WAITS, allow_redirects=False)
        if answer.status_code >= 500:
            self._memory.errors += 1
            if "Traceback" in answer.text or "sqlalchemy" in answer.text.lower():
                self._memory.unseemly.append(f"{method} {path}: {answer.text[:300]}")
        return answer
