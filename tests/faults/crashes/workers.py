"""Several worlds side by side, each in a process of its own, that run the schedules they are given."""

import os
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NoReturn

from tests.faults.crashes.journeys.catalogue import JOURNEYS
from tests.faults.crashes.life import HarnessFault
from tests.faults.crashes.schedule import Outcome, Runner, Schedule
from tests.faults.crashes.world import World


class Workers:
    """Forked from the warmed process, one world each."""

    def __init__(self, make: Callable[[int], World], count: int, seed: int) -> None:
        self._pids: list[int] = []
        self._lines: list[Connection] = []
        for number in range(count):
            ours, theirs = Pipe()
            pid = os.fork()
            if pid == 0:
                for line in (ours, *self._lines):
                    line.close()
                _work(theirs, lambda number=number: make(number), seed)  # type: ignore[misc]
            theirs.close()
            self._pids.append(pid)
            self._lines.append(ours)

    def run(self, schedules: Iterable[Schedule]) -> Iterator[Outcome]:
        """Run them all; yields what came of each as it comes."""
        waiting, busy = list(schedules), set[Connection]()
        idle = list(self._lines)
        while waiting or busy:
            while waiting and idle:
                line = idle.pop()
                line.send(waiting.pop(self._next_for(line, waiting)))
                busy.add(line)
            for line in [line for line in wait(list(busy)) if isinstance(line, Connection)]:
                try:
                    outcome: Outcome = line.recv()
                except EOFError:
                    raise HarnessFault("a worker is gone, and what it was to run with it") from None
                busy.discard(line)
                idle.append(line)
                yield outcome

    def _next_for(self, line: Connection, waiting: Sequence[Schedule]) -> int:
        """Rather a journey whose beginning this worker has made; only then one of another's."""
        mine = self._lines.index(line)
        own = (at for at, one in enumerate(waiting) if list(JOURNEYS).index(one.journey) % len(self._lines) == mine)
        return next(own, -1)

    def close(self) -> None:
        for line in self._lines:
            line.close()
        for pid in self._pids:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _work(line: Connection, make: Callable[[], World], seed: int) -> NoReturn:
    """Run what comes until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code, said = 1, os.dup(2)
    try:
        world = make()
        _speak_into(world.folder / "worker.log")
        try:
            runner = Runner(world, seed)
            runner.warm()
            with suppress(EOFError):
                while True:
                    line.send(_outcome(runner, line.recv()))
        finally:
            world.close()
        code = 0
    except BaseException:  # noqa: BLE001  (said once more to whoever looks on; the parent finds the line closed)
        os.write(said, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _speak_into(log: Path) -> None:
    """What the practice logs is not for the terminal."""
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)


def _outcome(runner: Runner, schedule: Schedule) -> Outcome:
    """What breaks the harness, or is raised where nothing should be, is told like a violation."""
    try:
        return runner.run(schedule)
    except Exception:  # noqa: BLE001  (told to the parent, which counts it)
        return Outcome(schedule, broken=(traceback.format_exc(),))
