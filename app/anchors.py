"""Hourly anchors of the record outside the database, and the proof that nothing was changed (H38)."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.orm import Session

from app import clock, db, sealing, timeline
from app.models.records import Entry, SealedText, Stream

EVERY = timedelta(hours=1)
FILE = "anchors.jsonl"


@dataclass(frozen=True)
class Flaw:
    """A place where the record is not what was written, in a sentence."""

    stream: str
    position: int
    sentence: str


def write_if_due(directory: Path) -> bool:
    """Append the heads of all streams to the anchor file, at most once an hour. True when it wrote."""
    path = directory / FILE
    now = clock.now()
    last = _last_time(path)
    if last is not None and now - last < EVERY:
        return False
    with db.reading("anchors.heads") as session:
        heads = {name: [length, head.hex()] for name, length, head in session.execute(
            select(Stream.name, Stream.length, Stream.head))}  # fmt: skip
    directory.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": now.isoformat(), "heads": heads}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def verify(session: Session, directory: Path | None) -> Iterator[Flaw]:
    """Every edit, removal, insertion, swap or cut tail since the first entry, and since each anchor."""
    anchored = dict(_anchored(directory / FILE)) if directory else {}
    streams = {row.name: row for row in session.scalars(select(Stream))}
    for name in sorted(streams.keys() | set(session.scalars(select(Entry.stream).distinct())) | anchored.keys()):
        yield from _verify_stream(session, name, streams.get(name), anchored.get(name, {}))


def _verify_stream(session: Session, name: str, head: Stream | None, anchored: dict[int, str]) -> Iterator[Flaw]:
    last, expected = timeline.START, 0
    for entry, words, broken in _entries(session, name):
        expected += 1
        if entry.position != expected:
            yield Flaw(name, expected, "an entry is missing here")
            expected = entry.position
        if broken or timeline.digest(last, name, entry.position, entry, words) != entry.digest:
            yield Flaw(name, entry.position, "the entry is not as it was written")
        last = entry.digest
        if anchored.get(entry.position, last.hex()) != last.hex():
            yield Flaw(name, entry.position, "the entry differs from its anchor outside the database")
    if head is None or (head.length, head.head) != (expected, last):
        yield Flaw(name, expected, "the stream's head does not fit its last entry")
    if anchored and max(anchored) > expected:
        yield Flaw(name, max(anchored), "entries that were anchored are gone")


def _entries(session: Session, name: str) -> Iterator[tuple[Entry, str | None, bool]]:
    """Entries with their words; a text that cannot be unsealed is a flaw, not an end of the proof."""
    place = (SealedText.stream == Entry.stream) & (SealedText.position == Entry.position)
    as_stored = type_coerce(SealedText.words, LargeBinary)
    query = select(Entry, as_stored).outerjoin(SealedText, place).where(Entry.stream == name)
    for entry, stored in session.execute(query.order_by(Entry.position)):
        sealed: bytes | None = stored
        try:
            yield entry, None if sealed is None else sealing.unseal(sealed, "sealed_text.words"), False
        except sealing.SealingError:
            yield entry, None, True


def _anchored(path: Path) -> Iterator[tuple[str, dict[int, str]]]:
    places: dict[str, dict[int, str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        for name, (length, head) in json.loads(line)["heads"].items():
            places.setdefault(name, {})[length] = head
    yield from places.items()


def _last_time(path: Path) -> datetime | None:
    if not path.exists():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return datetime.fromisoformat(json.loads(lines[-1])["at"]) if lines else None
