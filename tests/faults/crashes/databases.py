"""Databases that can be put back as they were within milliseconds, for schedule after schedule."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

INDEX_HEAD = 48
"""Bytes: the first copy of SQLite's WalIndexHdr."""

Kept = Any
"""What `keep` returns: only the database that made it can read it."""


class Database(Protocol):
    """One database of one world. Nobody is connected to it while it is kept or put back, but the dying."""

    kind: str
    url: str

    def keep(self) -> Kept:
        """Everything that is in it now."""

    def put_back(self, kept: Kept) -> None:
        """Exactly that again."""

    def written(self) -> bytes | None:
        """What differs whenever a transaction has written something since; None where that cannot be told cheaply."""

    def close(self) -> None:
        """Remove it."""


class Sqlite:
    """A file that is copied. What a dead process left in the write-ahead log goes with it."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "handrail.db"
        self.url = f"sqlite:///{self._file}"

    def keep(self) -> Kept:
        if self._file.with_name("handrail.db-wal").exists():
            raise RuntimeError("somebody is still connected to the database")
        return self._file.read_bytes()

    def written(self) -> bytes:
        """The head of the write-ahead log's index: each commit that wrote anything counts itself there. A checkpoint
        or a first connection changes it, too, which at worst is one world too many."""
        try:
            index = os.open(f"{self._file}-shm", os.O_RDONLY)
        except FileNotFoundError:
            return b""
        try:
            return os.read(index, INDEX_HEAD)
        finally:
            os.close(index)

    def put_back(self, kept: Kept) -> None:
        for suffix in ("-wal", "-shm"):
            self._file.with_name(f"handrail.db{suffix}").unlink(missing_ok=True)
        self._file.write_bytes(kept)

    def close(self) -> None:
        shutil.rmtree(self._file.parent, ignore_errors=True)


class Postgres:
    """A database of a server. To delete and copy its few rows takes a fraction of what a new database takes."""

    kind = "postgresql"
    TIDY_EVERY = 100

    def __init__(self, server: str, name: str) -> None:
        """server: the address of its maintenance database, as psycopg wants it."""
        self._server, self._name, self._times = server, name, 0
        address = f"{server.rpartition('/')[0]}/{name}"
        self.url = address.replace("postgresql://", "postgresql+psycopg://", 1)
        self._on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"))
        self._on_server(sql.SQL("CREATE DATABASE {}"))
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute("SET statement_timeout = '20s'")
        self._connection.execute("SET session_replication_role = replica")  # the triggers of the record stand aside

    def keep(self) -> Kept:
        tables = self._all("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        sequences = self._all("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        return {name: self._rows(name) for name in tables}, {name: self._place(name) for name in sequences}

    def written(self) -> None:
        """Its counters are the whole server's, or come late."""
        return

    def put_back(self, kept: Kept) -> None:
        """Waits for what the dead have left open: their transactions end when the server finds them gone."""
        rows, sequences = kept
        emptied = sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in rows)
        places = sql.SQL(",").join(
            sql.SQL("setval({}, {}, {})").format(sql.Literal(f'public."{name}"'), *map(sql.Literal, place))
            for name, place in sequences.items()
        )
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(emptied)
            for name, content in rows.items():
                if content:
                    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                        copy.write(content)
            cursor.execute(sql.SQL("SELECT {}").format(places))
        self._times += 1
        if self._times % self.TIDY_EVERY == 0:
            self._connection.execute("VACUUM")

    def close(self) -> None:
        self._connection.close()
        with suppress(psycopg.Error):
            self._on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"))

    def _all(self, query: str) -> list[str]:
        return [row[0] for row in self._connection.execute(query)]

    def _rows(self, table: str) -> bytes:
        content = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
        with self._connection.cursor() as cursor, cursor.copy(content) as copy:
            return b"".join(copy)

    def _place(self, sequence: str) -> tuple[int, bool]:
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence))
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return row[0], row[1]

    def _on_server(self, statement: sql.SQL) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(self._name)))
