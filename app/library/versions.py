"""The library: versions of dialogs that were proved, signed and activated (DESIGN 3)."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NewType

from sqlalchemy import Row, func, insert, literal_column, select
from sqlalchemy.orm import Session

from app import clock, db
from app.log import error_name, log
from app.models.records import LibraryVersion
from dialogs.engine import cadences, files
from dialogs.engine.cadences import Cadences
from dialogs.engine.examine import examine
from dialogs.engine.model import Always, Dialog, DialogFaults
from dialogs.engine.parse import parse_always, parse_dialog
from escalation_desk import classifier

ALWAYS_KIND, DIALOG_KIND, CADENCES_KIND = "always", "dialog", "cadences"
KINDS = (ALWAYS_KIND, DIALOG_KIND, CADENCES_KIND)


Proved = NewType("Proved", Mapping[str, str])
"""Dialogs and cadences by name, as they stand in their files, which have passed `prove`."""


class Pinned(NamedTuple):
    """A dialog and the version that a conversation holds on to."""

    version: int
    dialog: Dialog


class Newest(NamedTuple):
    """What tells whether a shelf is still in force. The id alone would not: SQLite gives that of a version that was
    rolled back to the next one."""

    id: int
    sha256: str


NOTHING = Newest(0, "")  # before anything was activated


@dataclass(frozen=True, eq=False)
class Shelf:
    """What is in force: every dialog with its version, the fixed texts, and the cadences."""

    dialogs: Mapping[str, Pinned]
    always: Always
    cadences: Cadences
    unreadable: tuple[int, ...] = ()  # rows newer than what serves; the auditor tells a person


_versions = db.table_of(LibraryVersion).c
_newest_id = select(func.max(_versions.id)).where(_versions.kind.in_(KINDS)).scalar_subquery()
IN_FORCE = select(
    literal_column("'library'").label("what"), _versions.id, _versions.sha256.label("word")
).where(_versions.id == _newest_id)  # fmt: skip
"""The newest version of all; a part of what app.inbound.scene asks in one look."""
_newest: tuple[Newest, Shelf] | None = None


def in_force(session: Session) -> Shelf:
    """The active dialogs and fixed texts. Before anything was activated: no dialogs, and the fixed texts that
    were shipped, so that a hand-off can always be written (P1)."""
    global _newest
    newest = session.info.get("library") or _ask(session)
    if _newest is None or _newest[0] != newest:
        _newest = (newest, _load(session))
    return _newest[1]


def seen(session: Session, rows: Sequence[Row[Any]]) -> None:
    """What IN_FORCE found: this transaction stays with it, and need not ask again."""
    session.info["library"] = Newest(rows[0].id, rows[0].word) if rows else NOTHING


def stay(session: Session) -> None:
    """This transaction stays with what is newest now, and asks no more."""
    session.info["library"] = _ask(session)


def _ask(session: Session) -> Newest:
    row = db.run(session, IN_FORCE).one_or_none()
    return Newest(row.id, row.word) if row else NOTHING


def newest_fixed(session: Session) -> int | None:
    """The version of the fixed texts that was activated last; None before the first."""
    return session.scalar(select(func.max(LibraryVersion.version)).where(LibraryVersion.kind == ALWAYS_KIND))


def pinned(session: Session, name: str, version: int) -> Dialog:
    """The dialog a conversation began with, whatever is in force now."""
    current = _newest[1].dialogs.get(name) if _newest else None
    if current is not None and current.version == version:
        return current.dialog
    query = select(LibraryVersion.body).where(
        LibraryVersion.kind == DIALOG_KIND, LibraryVersion.name == name, LibraryVersion.version == version
    )
    return _parsed_dialog(name, session.scalars(query).one())


def when(session: Session, name: str, at: datetime) -> Pinned:
    """The dialog that a talk goes on in, as it was in force when that talk began: both were proved together."""
    query = select(LibraryVersion).where(LibraryVersion.kind == DIALOG_KIND, LibraryVersion.name == name)
    rows = session.scalars(query.order_by(LibraryVersion.version)).all()
    then = [row for row in rows if row.activated_at <= at] or rows
    return Pinned(then[-1].version, _parsed_dialog(name, then[-1].body))


def prove(folder: Path | None, *, clinical_words: Callable[[str], bool] = classifier.mentions_health) -> Proved:
    """The dialogs of `folder`, once all of them have passed. It takes seconds, so no transaction waits for it.
    `clinical_words`: whether a text would be handed to a nurse, by the lists they will run beside. Raises
    DialogFaults."""
    found = examine(folder or files.BESIDE_THE_ENGINE, clinical_words=clinical_words)
    if found.faults:
        raise DialogFaults(found.faults)
    return Proved(found.bodies)


def activate(session: Session, proved: Proved, reviewer: str) -> list[str]:
    """Put those dialogs that changed in force. Returns `name vN` for each."""
    now, changed = clock.now(), []
    for name, body in proved.items():
        kind = {files.ALWAYS: ALWAYS_KIND, cadences.NAME: CADENCES_KIND}.get(name, DIALOG_KIND)
        digest = hashlib.sha256(body.encode()).hexdigest()
        before = last(session, kind, name)
        if before is None or before.sha256 != digest:
            changed.append(keep(session, kind, name, body, digest, reviewer, now))
    return changed


def keep(
    session: Session, kind: str, name: str, body: str, sha256: str, reviewer: str, at: datetime
) -> str:  # fmt: skip
    """The next version of something that was proved: in force with this transaction. Returns `name vN`."""
    before = last(session, kind, name)
    version = before.version + 1 if before else 1
    session.execute(
        insert(LibraryVersion).values(
            kind=kind, name=name, version=version, sha256=sha256, body=body, reviewer=reviewer, activated_at=at
        )
    )
    session.info.pop("library", None)
    return f"{name} v{version}"


def last(session: Session, kind: str, name: str) -> LibraryVersion | None:
    """The version that was activated last."""
    query = select(LibraryVersion).where(LibraryVersion.kind == kind, LibraryVersion.name == name)
    return session.scalars(query.order_by(LibraryVersion.version.desc()).limit(1)).one_or_none()


@cache
def shipped_always() -> Always:
    """The fixed texts beside the package: the floor that serves without a database."""
    return parse_always(files.read_folder()[files.ALWAYS])


def _with_the_shipped(always: Always) -> Always:
    """A text that newer code says and that nobody has activated yet is said as it was shipped (P1)."""
    return replace(always, texts={**shipped_always().texts, **always.texts})


@cache
def shipped_cadences() -> Cadences:
    """The cadences beside the package: what serves until some were activated."""
    return cadences.parse(files.read_cadences() or "")


def _load(session: Session) -> Shelf:
    rows = session.scalars(
        select(LibraryVersion)
        .where(LibraryVersion.kind.in_(KINDS))
        .order_by(LibraryVersion.kind, LibraryVersion.name, LibraryVersion.version.desc())
    )
    dialogs: dict[str, Pinned] = {}
    always: Always | None = None
    when: Cadences | None = None
    unreadable = []
    for row in rows:
        if row.name in dialogs or {ALWAYS_KIND: always, CADENCES_KIND: when}.get(row.kind) is not None:
            continue
        try:
            if row.kind == ALWAYS_KIND:
                always = _with_the_shipped(parse_always(row.body))
            elif row.kind == CADENCES_KIND:
                when = cadences.parse(row.body)
            else:
                dialogs[row.name] = Pinned(row.version, _parsed_dialog(row.name, row.body))
        except DialogFaults as error:
            # newer code may have written it; the version before it serves, and a hand-off can still be written (P1)
            log.error("library_version_unreadable", id=row.id, version=row.version, error=error_name(error))
            unreadable.append(row.id)
    return Shelf(dialogs, always or shipped_always(), when or shipped_cadences(), tuple(unreadable))


@cache
def _parsed_dialog(name: str, body: str) -> Dialog:
    return parse_dialog(name, body)
