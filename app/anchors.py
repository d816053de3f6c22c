"""Hourly anchors of the record outside the database, and the proof that nothing was changed (H38)."""

import fcntl
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.orm import Session

from app import clock, db, sealing, timeline
from app.models.records import Entry, SealedText, Stream

EVERY = timedelta(hours=1)
FILE = "anchors.jsonl"
BATCH, TAIL_BYTES = 500, 64 * 1024


@dataclass(frozen=True)
class Flaw:
    """A place where the record is not what was written, in a sentence."""

    stream: str
    position: int
    sentence: str


def write_if_due(directory: Path) -> bool:
    """Append the heads of all streams to the anchor file, at most once an hour. True when it wrote."""
    last = _last_time(directory / FILE)
    if last is not None and clock.now() - last < EVERY:
        return False
    write(directory)
    return True


def write(directory: Path) -> None:
    """Append the heads of all streams to the anchor file."""
    path = directory / FILE
    with db.reading("anchors.heads") as session:
        heads = {name: [length, head.hex()] for name, length, head in session.execute(
            select(Stream.name, Stream.length, Stream.head))}  # fmt: skip
    directory.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": clock.now().isoformat(), "heads": heads}) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # what a power cut left behind stays a line of its own
        _append(handle, ("" if _ends_whole(path) else "\n") + line)
    finally:
        os.close(handle)


def _append(handle: int, line: str) -> None:
    """All of it or nothing: on a full disk half a line would be a flaw for ever after."""
    before, rest = os.fstat(handle).st_size, line.encode()
    try:
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise


def last_written(directory: Path) -> datetime | None:
    """When the heads were last anchored; None if they never were."""
    return _last_time(directory / FILE)


def unwritable(directory: Path) -> str:
    """Why nothing can be written there, in the system's words; empty if something can. Tried and not asked: the rights
    allow root everything, and the disk does not. Before the first anchor the folder above is what counts."""
    try:
        with tempfile.TemporaryFile(dir=directory if directory.exists() else directory.parent):
            return ""
    except OSError as error:
        return error.strerror or "It is not a folder"


def missing_since(session: Session, paths: Iterable[Path]) -> int | None:
    """How many entries at least the newest of some anchor files knows and the record does not; None without any."""
    lasts = [anchor for path in paths if (anchor := _last(path)) is not None]
    if not lasts:
        return None
    newest = max(lasts, key=lambda anchor: anchor.at)
    here = {row.name: row.length for row in session.scalars(select(Stream))}
    return sum(max(0, length - here.get(name, 0)) for name, (length, _) in newest.heads.items())


def verify(session: Session, directory: Path | None) -> Iterator[Flaw]:
    """Every edit, removal, insertion, swap or cut tail since the first entry, and since each anchor."""
    lines = list(_lines(directory / FILE)) if directory else []
    yield from (Flaw(FILE, at, "this line of the anchors cannot be read") for at, anchor in lines if anchor is None)
    anchored = _places(anchor for _, anchor in lines if anchor is not None)
    streams = {row.name: row for row in session.scalars(select(Stream))}
    for name in sorted(streams.keys() | set(session.scalars(select(Entry.stream).distinct())) | anchored.keys()):
        yield from _verify_stream(session, name, streams.get(name), anchored.get(name, {}))


def reach(directory: Path) -> tuple[int, datetime, datetime] | None:
    """With how many anchors the record is compared, and of the first and the last of them when; None without any."""
    times = [anchor.at for _, anchor in _lines(directory / FILE) if anchor is not None]
    return (len(times), min(times), max(times)) if times else None


def _verify_stream(
    session: Session, name: str, head: Stream | None, anchored: Mapping[int, set[str]]
) -> Iterator[Flaw]:
    last, expected = timeline.START, 0
    for position, kept in _entries(session, name):
        expected += 1
        if position != expected:
            yield Flaw(name, expected, "an entry is missing here")
            expected = position
        if not kept.is_as_written(last):
            yield Flaw(name, position, "the entry is not as it was written")
        last = kept.digest
        if anchored.get(position, {last.hex()}) != {last.hex()}:  # two of them: it was cut off and written anew
            yield Flaw(name, position, "the entry differs from its anchor outside the database")
    if head is None or (head.length, head.head) != (expected, last):
        yield Flaw(name, expected, "the stream's head does not fit its last entry")
    if anchored and max(anchored) > expected:
        yield Flaw(name, max(anchored), "entries that were anchored are gone")


@dataclass(frozen=True)
class _Kept:
    """What the database holds of one entry; `words` is None when there are none."""

    entry: Entry | None
    words: str | None
    readable: bool

    @property
    def digest(self) -> bytes:
        return self.entry.digest if self.entry is not None else b""

    def is_as_written(self, before: bytes) -> bool:
        entry = self.entry
        if entry is None or not self.readable:
            return False
        return timeline.digest(before, entry.stream, entry.position, entry, self.words) == entry.digest


UNREADABLE = _Kept(None, None, False)


def _entries(session: Session, name: str) -> Iterator[tuple[int, _Kept]]:
    """A stream by its positions; what cannot be read or unsealed is a flaw, not an end of the proof."""
    positions = session.scalars(select(Entry.position).where(Entry.stream == name).order_by(Entry.position)).all()
    for start in range(0, len(positions), BATCH):
        some = positions[start : start + BATCH]
        found = _rows(session, name, some)
        yield from ((position, found.get(position, UNREADABLE)) for position in some)


def _rows(session: Session, name: str, positions: Sequence[int]) -> dict[int, _Kept]:
    """The entries at these positions. SQLite takes anything into a column, so one may be beyond reading."""
    place = (SealedText.stream == Entry.stream) & (SealedText.position == Entry.position)
    query = select(Entry, type_coerce(SealedText.words, LargeBinary)).outerjoin(SealedText, place)
    try:
        rows = session.execute(query.where(Entry.stream == name, Entry.position.in_(positions))).all()
    except (TypeError, ValueError):
        each = [_rows(session, name, [position]) for position in positions] if len(positions) > 1 else []
        return {position: kept for found in each for position, kept in found.items()}
    return {entry.position: _kept(entry, stored) for entry, stored in rows if _is_digest(entry.digest)}


def _is_digest(value: object) -> bool:
    return isinstance(value, bytes)


def _kept(entry: Entry, stored: bytes | None) -> _Kept:
    if stored is None:
        return _Kept(entry, None, True)
    try:
        return _Kept(entry, sealing.unseal(stored, "sealed_text.words"), True)
    except (sealing.SealingError, TypeError):
        return _Kept(entry, None, False)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """One line of the anchor file: when, and each stream's length and head (hex)."""

    at: datetime
    heads: dict[str, tuple[int, str]]


def _anchor(line: str) -> _Anchor | None:
    """None for a line that was torn or changed."""
    try:
        content = json.loads(line)
        heads = {str(name): (int(length), str(head)) for name, (length, head) in content["heads"].items()}
        return _Anchor(datetime.fromisoformat(content["at"]).astimezone(UTC), heads)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _lines(path: Path) -> Iterator[tuple[int, _Anchor | None]]:
    """Every line with its number, from 1."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from ((number, _anchor(line)) for number, line in enumerate(file, 1))


def _places(anchors: Iterable[_Anchor]) -> Mapping[str, Mapping[int, set[str]]]:
    """By stream and length every head that was ever anchored there."""
    places: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for anchor in anchors:
        for name, (length, head) in anchor.heads.items():
            places[name][length].add(head)
    return places


def _last_time(path: Path) -> datetime | None:
    anchor = _last(path)
    return anchor.at if anchor is not None else None


def _last(path: Path) -> _Anchor | None:
    """The last whole anchor, sought from the file's end: it grows for years."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        reach, size = TAIL_BYTES, file.seek(0, os.SEEK_END)
        while True:
            file.seek(max(0, size - reach))
            for line in reversed(file.read().decode("utf-8", "replace").splitlines()):
                if (anchor := _anchor(line)) is not None:
                    return anchor
            if reach >= size:
                return None
            reach *= 16


def _ends_whole(path: Path) -> bool:
    """Whether the next line can begin at once."""
    if not path.exists() or not path.stat().st_size:
        return True
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
