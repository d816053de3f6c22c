"""The stand-in's ground truth: one JSON line per happening, on the disk before anybody hears of it."""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class LedgerInUse(Exception):
    """Another stand-in is writing this ledger."""


class Ledger:
    """Append-only and fsynced; a line torn by a crash was never answered for and is cut off on opening."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise LedgerInUse(f"Another stand-in carrier already writes {path}. Stop it first.") from None
        self._cut_torn_tail()

    def entries(self) -> Iterator[Entry]:
        with self.path.open("rb") as lines:
            for line in lines:
                yield json.loads(line)

    def append(self, entry: Entry) -> None:
        self._file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _cut_torn_tail(self) -> None:
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self.path, whole)
