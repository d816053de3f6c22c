"""The record: what happened, in order, chained so that no entry can be changed or slipped in (P10, H38)."""

import hmac
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Executable, bindparam, case, select, update
from sqlalchemy.orm import Session

from app import clock, db, sealing
from app.models.records import Entry, SealedText, Stream

START = b"\0" * 32
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode
LOOK_AGAIN = timedelta(minutes=15)

# Every transaction runs these. Made once and past the ORM, they cost a quarter (docs/measurements.md).
_heads = db.table_of(Stream)


@dataclass
class _Pending:
    stream: str
    kind: str
    actor: str
    details: dict[str, Any] = field(default_factory=dict)
    words: str | None = None
    at: datetime = field(default_factory=clock.now)


@dataclass(frozen=True)
class Happening:
    """An entry as it is read back: with its words, without its place in the chain."""

    stream: str
    position: int
    at: datetime
    kind: str
    actor: str
    details: dict[str, Any]
    words: str | None


def of_number(contact_point_id: int) -> str:
    return f"number:{contact_point_id}"


def of_patient(patient_id: int) -> str:
    return f"patient:{patient_id}"


def of_staff(staff_id: int) -> str:
    return f"staff:{staff_id}"


def by_staff(staff_id: int | None) -> str:
    """The actor of what a staff member does; None: nobody did, so it was the agent."""
    return f"staff:{staff_id}" if staff_id is not None else "agent"


def append(session: Session, stream: str, kind: str, actor: str, *, words: str | None = None, **details: Any) -> None:
    """Write one entry with this transaction. `details` are ids and words of our own lists; what a person
    said goes into `words`, which is sealed. Entries of one transaction are chained together at its end."""
    pending = session.info.setdefault("timeline", [])
    pending.append(_Pending(stream, kind, actor, details, words))
    db.before_commit(session, "timeline", _chain)


def looked(session: Session, staff_id: int, subject: str, subject_id: int) -> None:
    """Record that somebody opened a patient or an item: once per person, subject and 15 minutes."""
    since = clock.now() - LOOK_AGAIN
    stream, kind = of_staff(staff_id), f"looked_at_{subject}"
    recent = session.scalars(select(Entry.details).where(Entry.stream == stream, Entry.kind == kind, Entry.at > since))
    if not any(details.get("id") == subject_id for details in recent):
        append(session, stream, kind, by_staff(staff_id), id=subject_id)


def read(
    session: Session, streams: Iterable[str], limit: int | None = 500, kinds: Collection[str] | None = None,
    without: Collection[str] = (), where: Sequence[ColumnElement[bool]] = (),
) -> list[Happening]:  # fmt: skip
    """The newest `limit` entries of these streams (None: all), of these kinds if any are named and not of those in
    `without`, and as `where` says; oldest first."""
    rows = session.execute(
        select(Entry, SealedText.words)
        .outerjoin(SealedText, (SealedText.stream == Entry.stream) & (SealedText.position == Entry.position))
        .where(Entry.stream.in_(list(streams)), *([] if kinds is None else [Entry.kind.in_(kinds)]))
        .where(*([Entry.kind.not_in(without)] if without else []), *where)
        .order_by(Entry.at.desc(), Entry.stream, Entry.position.desc())
        .limit(limit)
    ).all()
    return [
        Happening(entry.stream, entry.position, entry.at, entry.kind, entry.actor, entry.details, words)
        for entry, words in reversed(rows)
    ]


def digest(before: bytes, stream: str, position: int, entry: "Entry | _Pending", words: str | None) -> bytes:
    """HMAC-SHA256 over the digest before it and the canonical plain entry."""
    plain = {
        "stream": stream,
        "position": position,
        "at": entry.at.isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "actor": entry.actor,
        "details": entry.details,
        "words": words,
    }
    return hmac.digest(sealing.keyring().derived("chain"), before + _canonical(plain).encode(), "sha256")


def _chain(session: Session) -> None:
    """Give every pending entry its place and digest: one look at all heads, one insert for all streams."""
    pending: list[_Pending] = session.info.pop("timeline", [])
    heads = _lock_heads(session, {item.stream for item in pending})
    rows, words, grown = [], [], dict(heads)
    for item in pending:
        length, last = grown[item.stream]
        position, head = length + 1, digest(last, item.stream, length + 1, item, item.words)
        grown[item.stream] = (position, head)
        rows.append({"stream": item.stream, "position": position, "at": item.at, "kind": item.kind,
                     "actor": item.actor, "details": item.details, "digest": head})  # fmt: skip
        if item.words is not None:
            words.append({"stream": item.stream, "position": position, "words": item.words})
    db.put_all(session, Entry, rows)
    db.put_all(session, SealedText, words)
    _move(session, grown)


def _move(session: Session, grown: dict[str, tuple[int, bytes]]) -> None:
    moved = list(grown.items())
    for start in range(0, len(moved), db.ROWS_AT_ONCE):
        some, values = moved[start : start + db.ROWS_AT_ONCE], dict[str, Any]()
        for place, (name, (length, head)) in enumerate(some):
            values |= {f"stream{place}": name, f"length{place}": length, f"head{place}": head}
        db.run(session, _moves(len(some)), values)


@cache
def _moves(many: int) -> Executable:
    """One statement for so many streams."""
    name, places = _heads.c.name, range(many)
    return (
        update(_heads)
        .where(name.in_(_streams(many)))
        .values({
            column: case(*(
                (name == bindparam(f"stream{place}"), bindparam(f"{column.name}{place}", type_=column.type))
                for place in places
            ))
            for column in (_heads.c.length, _heads.c.head)
        })
    )  # fmt: skip


def _lock_heads(session: Session, streams: set[str]) -> dict[str, tuple[int, bytes]]:
    """Heads of these streams, locked; a stream that nobody has written to is begun, by one of those who begin it."""
    heads = _locked(session, streams)
    if new := sorted(streams - heads.keys()):
        session.execute(
            db.insert_or_ignore(session, Stream), [{"name": name, "length": 0, "head": START} for name in new]
        )
        heads |= _locked(session, set(new))
    return heads


def _locked(session: Session, streams: set[str]) -> dict[str, tuple[int, bytes]]:
    """In the order of their names, so that two transactions cannot wait in a ring."""
    named = {f"stream{place}": name for place, name in enumerate(streams)}
    return {row.name: (row.length, row.head) for row in db.run(session, _locks(len(named)), named)}


@cache
def _locks(many: int) -> Executable:
    """Built once for so many streams."""
    return (
        select(_heads.c.name, _heads.c.length, _heads.c.head)
        .where(_heads.c.name.in_(_streams(many)))
        .order_by(_heads.c.name)
        .with_for_update()
    )


def _streams(many: int) -> list[BindParameter[str]]:
    """Named one by one: an IN that is given a list of values is written anew each time it runs."""
    return [bindparam(f"stream{place}", type_=_heads.c.name.type) for place in range(many)]
