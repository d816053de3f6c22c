"""The word lists in force: the version that was proved and activated last; those shipped are the floor (H10, P1)."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import String, func, literal_column, select
from sqlalchemy.orm import Session

from app import clock, db
from app.library import versions
from app.log import error_name, log
from app.models.records import LibraryVersion
from escalation_desk import classifier
from escalation_desk import lexicon as lexicons
from escalation_desk.lexicon import Lexicon, LexiconFault

KIND, NAME = "lexicon", "lists"
SHIPPED = ""
"""What stands for a digest where nothing was activated yet."""

_versions = db.table_of(LibraryVersion).c
_newest = select(func.max(_versions.id)).where(_versions.kind == KIND).scalar_subquery()
IN_FORCE = select(
    literal_column("'lists'").label("what"), _versions.id, _versions.sha256.cast(String).label("word")
).where(_versions.id == _newest)
"""The lists that were activated last, by their digest; a part of what app.inbound.scene asks in one look."""


class NotSound(Exception):
    """Lists that may not serve: a sentence for each reason."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Proved(NamedTuple):
    """Lists that can be read and have passed the golden set."""

    texts: Mapping[str, str]
    lexicon: Lexicon
    sha256: str


@dataclass(frozen=True)
class Shelf:
    """What this process reads with. `digest`: of the newest activated version, whether or not it can serve;
    `unreadable`: rows newer than what serves."""

    digest: str
    lexicon: Lexicon
    unreadable: tuple[int, ...] = ()


_shelf: Shelf | None = None
_loading = threading.Lock()


def prove(texts: Mapping[str, str]) -> Proved:
    """Those lists, once they can be read and pass the golden set; it takes seconds. Raises NotSound."""
    return _proved(frozenset(texts.items()))


@lru_cache(maxsize=2)
def _proved(files: frozenset[tuple[str, str]]) -> Proved:
    """Those that were proved to be activated are read with next."""
    texts = dict(files)
    digest = lexicons.digest(texts)
    try:
        lexicon = lexicons.current() if _is_shipped(digest) else Lexicon.from_texts(texts)
    except LexiconFault as fault:
        raise NotSound([str(fault)]) from fault
    if faults := lexicons.check(lexicon):
        raise NotSound(faults)
    return Proved(texts, lexicon, digest)


def proposal(folder: Path | None) -> dict[str, str]:
    """The lists of `folder`, else those of the checkout, as they stand in their files. Raises NotSound."""
    try:
        return lexicons.texts_in(folder) if folder else lexicons.shipped_texts()
    except LexiconFault as fault:
        raise NotSound([str(fault)]) from fault


def activate(session: Session, proved: Proved, reviewer: str) -> str | None:
    """Put proved lists in force. Returns `lists vN`, or None when they are in force already."""
    last = versions.last(session, KIND, NAME)
    if last is not None and last.sha256 == proved.sha256:
        return None
    body = json.dumps(dict(proved.texts), ensure_ascii=False, sort_keys=True)
    session.info.pop("lists", None)
    return versions.keep(session, KIND, NAME, body, proved.sha256, reviewer, clock.now())


def in_force(session: Session) -> Lexicon:
    """The lists to read with. A process that reads by older ones when newer are activated goes on with them for the
    seconds that loading takes, beside its other work: no text waits for that with its number locked."""
    shelf, digest = _shelf, _newest_digest(session)
    if shelf is not None and shelf.digest == digest:
        return shelf.lexicon
    if _is_shipped(digest):
        return lexicons.current()
    if shelf is None:
        return load(session).lexicon
    threading.Thread(target=_load_apart, daemon=True).start()
    return shelf.lexicon


def load_early() -> None:
    """When a door opens, so that no text waits for it. Without a database the first text sees to it."""
    file = db.engine().url.database if db.engine().dialect.name == "sqlite" else None
    if file is None or Path(file).exists():
        _load_apart()


def load(session: Session) -> Shelf:
    """Read by the newest activated lists from now on, or by the newest of those before them that are sound."""
    global _shelf
    with _loading:
        digest = _newest_digest(session)
        if _shelf is None or _shelf.digest != digest:
            _shelf = Shelf(digest, lexicons.current()) if _is_shipped(digest) else _read_newest(session, digest)
            classifier.warm(_shelf.lexicon)
        return _shelf


def activated_last() -> Lexicon:
    """What new lists are held against: those activated last, even if they do not pass today's golden set any more; if
    they cannot be read at all, what serves instead of them. Building them takes seconds, in which no transaction is
    held open."""
    with db.reading("word_lists.activated_last") as session:
        row = newest(session)
    try:
        return _as_activated(row.body) if row is not None else lexicons.current()
    except (LexiconFault, ValueError, AttributeError) as error:
        log.error("library_version_unreadable", id=row.id if row else None, error=error_name(error))
        with db.reading("word_lists.instead") as session:
            return load(session).lexicon


@lru_cache(maxsize=1)
def _as_activated(body: str) -> Lexicon:
    texts = json.loads(body)
    return lexicons.current() if _is_shipped(lexicons.digest(texts)) else Lexicon.from_texts(texts)


def at_hand() -> tuple[Lexicon, ...]:
    """What can be read with while the database is away: the lists shipped, and those this process read with last."""
    floor = lexicons.current()
    return (floor,) if _shelf is None or _shelf.lexicon is floor else (floor, _shelf.lexicon)


def newest(session: Session) -> LibraryVersion | None:
    """The row that was activated last, with its reviewer and date."""
    return versions.last(session, KIND, NAME)


def seen(session: Session, digest: str | None) -> None:
    """What IN_FORCE found: this transaction stays with it, and need not ask again."""
    session.info["lists"] = digest or SHIPPED


def _newest_digest(session: Session) -> str:
    digest: str | None = session.info.get("lists")
    if digest is None:
        row = db.run(session, IN_FORCE).one_or_none()
        seen(session, row.word if row else None)
        digest = session.info["lists"]
    return digest or SHIPPED


def _is_shipped(digest: str) -> bool:
    return digest == SHIPPED or lexicons.version_of(digest) == lexicons.current().version


def _load_apart() -> None:
    if _loading.locked():
        return  # somebody does it
    try:
        with db.reading("word_lists.load") as session:
            load(session)
    except Exception as error:  # noqa: BLE001  (the next text tries again; those before serve)
        log.error("lists_not_loaded", error=error_name(error))


def _read_newest(session: Session, digest: str) -> Shelf:
    unreadable: list[int] = []
    rows = select(LibraryVersion.id).where(LibraryVersion.kind == KIND).order_by(LibraryVersion.id.desc())
    for row_id in session.scalars(rows).all():
        body = session.scalars(select(LibraryVersion.body).where(LibraryVersion.id == row_id)).one()
        try:
            return Shelf(digest, prove(json.loads(body)).lexicon, tuple(unreadable))
        except Exception as error:  # noqa: BLE001  (newer code may have written it; the one before it serves, P1)
            log.error("library_version_unreadable", id=row_id, error=error_name(error))
            unreadable.append(row_id)
    return Shelf(digest, lexicons.current(), tuple(unreadable))
