"""One open page of the desk without its browser: it holds the line of events and asks as ours do (static/live.js)."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from app.demo.ports import LOOPBACK

AGES_EVERY, COMES_AGAIN = 30.0, (2.0, 4.0)
BEAT, HERE = "beat", "/here"


class Answer(NamedTuple):
    """What came back, whole, and when (monotonic seconds)."""

    status: int
    body: str
    at: float


class OpenPage:
    """A page whose part stands at `address`. `told` gets what was asked for (that address or `/here`), its answer and
    the seconds it took; the fetch before is given up for a newer one, as htmx does."""

    def __init__(self, port: int, cookie: str, address: str, *, asks_at_beats: bool, told: "Told") -> None:
        self.cookie, self.address = cookie, address
        self.is_live, self.asked_again = False, 0
        self._port, self._asks_at_beats, self._told = port, asks_at_beats, told
        self._fetching: dict[str, asyncio.Task[None]] = {}

    async def stays_open(self, later: float) -> None:
        """From so many seconds on until it is cancelled; whatever goes wrong ends it."""
        await asyncio.sleep(later)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._ages(tasks))
                async for event in _events(self._port, self.cookie):
                    self.is_live = True
                    if event != BEAT or self._asks_at_beats:
                        self._fetch(tasks, self.address)
                    if event == BEAT:
                        self._fetch(tasks, HERE)
        finally:
            self.is_live = False

    async def _ages(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await asyncio.sleep(AGES_EVERY)
            self._fetch(tasks, self.address)

    def _fetch(self, tasks: asyncio.TaskGroup, path: str) -> None:
        if path in self._fetching:
            self._fetching[path].cancel()
        self._fetching[path] = tasks.create_task(self._asks(path))

    async def _asks(self, path: str) -> None:
        began, headers = time.monotonic(), {"Cookie": self.cookie, "HX-Request": "true"}
        while (answer := await ask(self._port, "GET", path, headers)).status == 503:
            self.asked_again += 1
            await asyncio.sleep(random.uniform(*COMES_AGAIN))  # noqa: S311  (no secret)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        self._told(self, path, answer, answer.at - began)


Told = Callable[[OpenPage, str, Answer, float], None]


async def ask(port: int, method: str, path: str, headers: dict[str, str], form: str = "") -> Answer:
    """One request on a connection of its own."""
    async with _sent(port, method, path, {**headers, "Connection": "close"}, form) as reader:
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    return Answer(int(head.split()[1]), body, time.monotonic())


async def _events(port: int, cookie: str) -> AsyncIterator[str]:
    """The names of the events; `opened` as the first, since a page asks as its line opens, too."""
    async with _sent(port, "GET", "/live", {"Cookie": cookie, "Accept": "text/event-stream"}) as reader:
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(f"no line of events: {head!r}")
        yield "opened"
        async for line in reader:
            if line.startswith(b"event: "):
                yield line.decode().split()[1]
    raise RuntimeError("the line of events ended")


@contextlib.asynccontextmanager
async def _sent(
    port: int, method: str, path: str, headers: dict[str, str], form: str = ""
) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection(LOOPBACK, port, limit=1 << 20)
    try:
        lines = {"Host": f"{LOOPBACK}:{port}", **headers}
        if form:
            lines |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n{form}".encode())
        yield reader
    finally:
        writer.close()
