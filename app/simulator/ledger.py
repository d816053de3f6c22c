"""The stand-in's ground truth: one numbered JSON line per happening, on the disk before anybody hears of it.

Beside it stands `<ledger>.head` with the number of the last entry, so that a ledger that was cut says so.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
TORN = "torn"


class LedgerInUse(Exception):
    """Another stand-in is writing this ledger."""


class LedgerGap(Exception):
    """The ledger is no ground truth any more; the text says where it breaks."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is missing behind entry `after`. by_crash: no more than a line for which nobody was ever answered."""

    after: int
    why: str
    by_crash: bool = False

    def __str__(self) -> str:
        return f"ledger gap after entry {self.after}: {self.why}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a ledger, and what is missing."""

    entries: list[Entry]
    gaps: list[Gap]


def read(path: Path) -> Reading:
    """Everything that can be read, oldest first. A line that somebody is writing at this moment is not there yet."""
    head = _head(path)  # first: what it counts must be in the file by now
    content = path.read_bytes() if path.exists() else b""
    whole, _, tail = content.rpartition(b"\n")
    entries: list[Entry] = []
    gaps: list[Gap] = []
    for line in whole.split(b"\n") if whole else []:
        _take(line, entries, gaps)
    last = _last(entries)
    if tail and not _is_written(path):
        gaps.append(Gap(last, f"the last line is torn ({len(tail)} bytes)."))
    if head is None and entries:
        gaps.append(Gap(last, f"{_head_path(path).name} is missing, so nobody knows whether the end was cut off."))
    if head is not None and head > last:
        gaps.append(Gap(last, f"the end was cut off; there were {head} entries."))
    return Reading(entries, gaps)


class Ledger:
    """Append-only and fsynced. A line torn by a crash was never answered for: it is cut off, and the ledger says so.

    Raises LedgerInUse for a second writer, LedgerGap for a ledger that was cut: nothing can go on from it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise LedgerInUse(f"Another stand-in carrier already writes {path}. Stop it first.") from None
        try:
            self._open()
        except BaseException:
            self._file.close()
            raise

    def _open(self) -> None:
        torn = self._cut_torn_tail()
        if not self.path.stat().st_size and not _head_path(self.path).exists():
            _head_path(self.path).write_bytes(_figure(0))
        reading = read(self.path)
        cuts = [gap for gap in reading.gaps if not gap.by_crash]
        if cuts:
            raise LedgerGap(
                f"{self.path} cannot be continued: {cuts[0]} Move it away (or run `make demo-reset`) and start again."
            )
        self._last = _last(reading.entries)
        self._head = os.open(_head_path(self.path), os.O_WRONLY)
        if torn:
            self.append({"event": TORN, "bytes": torn})

    def entries(self) -> Iterator[Entry]:
        with self.path.open("rb") as lines:
            for line in lines:
                yield json.loads(line)

    def append(self, entry: Entry) -> Entry:
        """Number the entry and write it; it is on the disk when this returns."""
        numbered = {"n": self._last + 1, **entry}
        self._file.write(json.dumps(numbered, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._last += 1
        os.pwrite(self._head, _figure(self._last), 0)  # never ahead of the ledger, so it needs no fsync of its own
        return numbered

    def close(self) -> None:
        if not self._file.closed:
            os.close(self._head)
            self._file.close()

    def _cut_torn_tail(self) -> int:
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self.path, whole)
        return len(content) - whole


def _take(line: bytes, entries: list[Entry], gaps: list[Gap]) -> None:
    """One line: an entry, or a gap, or both when something before it is missing."""
    last = _last(entries)
    try:
        entry = json.loads(line)
        number = int(entry["n"])
    except KeyError:
        gaps.append(Gap(last, "a line has no number; an earlier Handrail wrote it."))
        return
    except (ValueError, TypeError):
        gaps.append(Gap(last, "a line cannot be read."))
        return
    if entry.get("event") == TORN:
        why = f"the stand-in died while it wrote; {entry['bytes']} bytes of a torn line were cut off."
        gaps.append(Gap(last, why, by_crash=True))
    if number != last + 1:
        gaps.append(Gap(last, f"the next one is {number}."))
    entries.append(entry)


def _last(entries: list[Entry]) -> int:
    return int(entries[-1]["n"]) if entries else 0


def _head_path(path: Path) -> Path:
    return path.with_name(path.name + ".head")


def _head(path: Path) -> int | None:
    try:
        return int(_head_path(path).read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _figure(number: int) -> bytes:
    return b"%020d\n" % number


def _is_written(path: Path) -> bool:
    """Whether a stand-in is at work on it."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
