"""One life of a process: forked from the warmed parent, it does its work and ends, or dies at a crash point."""

import gc
import os
import pickle
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from app import crash

KILLED = 137
LONGEST = 120
"""Seconds; a life that hangs longer is ended by the alarm."""


class HarnessFault(Exception):
    """The harness itself broke, or code under test raised where nothing should: never a violation, always red."""


@dataclass(frozen=True)
class Life:
    """How a life went. hits: the crash points it came by, in order (empty when it died); apart: those of them that
    leave another world than the point before, None if nobody looked; answer: what it returned."""

    died: bool
    hits: tuple[str, ...] = ()
    apart: tuple[str, ...] | None = None
    answer: Any = None


def live(act: Callable[[], Any], die_at: str | None, log: Path, look: Callable[[], object] | None = None) -> Life:
    """Fork, do `act`, and die at the point `die_at` (`name:step`, or `name:step#2` for the second time it is met).
    What the life says on its standard streams goes into `log`. look: what differs when the world does. Raises
    HarnessFault."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _child(act, Watcher(die_at, look), log, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == KILLED:
        return Life(died=True)
    if code != 0 or not content:
        said = pickle.loads(content) if content else f"it ended with code {code}"  # noqa: S301  (our own child wrote it)
        raise HarnessFault(f"{said}\n{tail(log)}")
    hits, apart, answer = pickle.loads(content)  # noqa: S301
    return Life(False, hits, apart, answer)


def tail(log: Path, lines: int = 15) -> str:
    """The last that was said."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


class Watcher:
    """Counts the points as they are met, and ends the process at one of them; `look`, if somebody wants to know, tells
    which of them leave the world otherwise than the one before."""

    def __init__(self, die_at: str | None, look: Callable[[], object] | None = None) -> None:
        self.met: list[str] = []
        self._apart: list[str] = []
        self._die_at, self._look = die_at, look
        self._seen = look() if look else None
        self._times: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        if name.startswith("tests."):
            return
        self._times[name] += 1
        times = self._times[name]
        label = name if times == 1 else f"{name}#{times}"
        if label == self._die_at:
            os._exit(KILLED)
        self.met.append(label)
        if self._look is not None and (seen := self._look()) != self._seen:
            self._apart.append(label)
            self._seen = seen

    @property
    def apart(self) -> tuple[str, ...] | None:
        return tuple(self._apart) if self._look else None


def _child(act: Callable[[], Any], watcher: Watcher, log: Path, writer: int) -> NoReturn:
    code, content = 1, b""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        gc.disable()
        said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        crash.arm(watcher)
        answer = act()
        code, content = 0, pickle.dumps((tuple(watcher.met), watcher.apart, answer))
    except BaseException:  # noqa: BLE001  (told to the parent, which raises it)
        content = pickle.dumps(traceback.format_exc())
    finally:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(content)
        os._exit(code)
