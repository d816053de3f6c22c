"""The record: streams, chained entries, their sealed words; and the library of signed versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

TAKEN = text("kind in ('claimed', 'closed')")
"""What people did first and last with an item. In these very letters, SQLite finds the index by it."""


class Stream(Base):
    """The head of one chain of entries: `number:7`, `patient:3` or `staff:2`."""

    __tablename__ = "stream"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    length: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))


class Entry(Base):
    """One thing that happened; never changed or removed (database triggers refuse it, the chain shows it)."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_at", "at"),
        Index("ix_entry_taken", "at", sqlite_where=TAKEN, postgresql_where=TAKEN),
    )

    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # 1, 2, 3 … without gaps
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(40))  # patient | agent | carrier | staff:<id>
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids, words of our own lists; never a person's words
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))  # HMAC of the entry and the digest before it


class SealedText(Base):
    """The words of an entry, apart from it so that they can be sealed again with a new key."""

    __tablename__ = "sealed_text"
    __table_args__ = (ForeignKeyConstraint(["stream", "position"], ["entry.stream", "entry.position"]),)

    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Sealed("sealed_text.words"))


class LibraryVersion(Base):
    """A version of a dialog or lexicon that was proved and activated; conversations stay pinned to theirs."""

    __tablename__ = "library_version"
    __table_args__ = (UniqueConstraint("kind", "name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # dialog | always | lexicon
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str] = mapped_column(String(80))
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Heartbeat(Base):
    """When each watcher last finished a round."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    rounds: Mapped[int] = mapped_column(default=0, server_default="0")


class Restoration(Base):
    """This database was loaded from a backup. Until `compared_at`, nothing goes out but new safety texts (H64)."""

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(primary_key=True)
    backed_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    restored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
