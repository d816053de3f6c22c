"""SQLite has one writer at a time: threads and processes take turns by a lock of our own.

SQLite's own waiting sleeps for up to 100 ms between looks and serves nobody in order: beside a worker and a ticker a
patient's text waited for a third of a second, and a reply for two (docs/measurements.md). This lock only spares that
waiting; what keeps writers apart is still SQLite's own, so whoever does not know of it, such as a backup, does no harm.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

LOOKS_EVERY = 0.001


class OneWriter:
    """The turn to write to one database file; `path` is None when no other process can reach it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._thread = Lock()
        self._opened: tuple[int, int] | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """Have the turn while the block runs. False when it could not be had within `seconds`."""
        ends_at = time.monotonic() + seconds
        if not self._thread.acquire(timeout=seconds):
            yield False
            return
        try:
            yield from self._among_processes(ends_at)
        finally:
            self._thread.release()

    def close(self) -> None:
        """Let the file go."""
        if self._opened is not None:
            os.close(self._opened[1])
            self._opened = None

    def _among_processes(self, ends_at: float) -> Iterator[bool]:
        if self._path is None:
            yield True
            return
        try:
            file = self._file(self._path)
        except OSError:  # the folder is gone, the disk is full: SQLite says so in its own words, which are understood
            yield True
            return
        if not _locked(file, ends_at):
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def _file(self, path: Path) -> int:
        """Opened by each process for itself: one that was inherited would let parent and child in together."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._opened[1]


def _locked(file: int, ends_at: float) -> bool:
    """The kernel gives the lock back when its holder dies."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= ends_at:
                return False
            time.sleep(LOOKS_EVERY)
        else:
            return True
