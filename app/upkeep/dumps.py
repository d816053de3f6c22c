"""A whole database as one stream of bytes, and back: SQLite by its online backup, PostgreSQL by pg_dump."""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import psycopg
from sqlalchemy import URL
from sqlalchemy.engine import make_url

from app import db, durable, engines

PIECE = 1024 * 1024
ELSEWHERE = "usr/lib/postgresql/*/bin"
WHOLE = "ok"
UNREACHABLE = "The database cannot be reached. Look at DATABASE_URL and whether its server runs."


class DumpFailed(Exception):
    """The database could not be taken out or put in; the message is a sentence."""


def kind(url: str) -> str:
    """sqlite or postgresql: a dump of the one cannot be loaded into the other."""
    return make_url(url).get_backend_name()


def take(url: str) -> Iterator[bytes]:
    """The database as it is at one moment, while others write on. Raises DumpFailed."""
    return _take_sqlite(_file(url)) if engines.is_sqlite(url) else _take_postgres(make_url(url))


def is_empty(url: str) -> bool:
    """Whether there is nothing at this address that loading would run into. Raises DumpFailed when it is not known."""
    if engines.is_sqlite(url):
        path = _file(url)  # what an older file left beside it would be taken for the new one's
        return not any(path.with_name(path.name + rest).exists() for rest in ("", "-wal", "-shm", "-journal"))
    try:
        with psycopg.connect(**_connection(make_url(url)), connect_timeout=engines.CONNECT_SECONDS) as connection:
            found = connection.execute("select count(*) from pg_class where relnamespace = 'public'::regnamespace")
            return found.fetchone() == (0,)
    except psycopg.OperationalError:
        raise DumpFailed(UNREACHABLE) from None


def load(url: str, pieces: Iterable[bytes], then: Sequence[str]) -> None:
    """Put a dump into an empty place and carry out the statements of `then`, all of it or nothing: nobody ever finds
    it without them. Raises DumpFailed."""
    if engines.is_sqlite(url):
        _load_sqlite(_file(url), pieces, then)
    else:
        _load_postgres(make_url(url), pieces, then)


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _take_sqlite(path: Path) -> Iterator[bytes]:
    """Copied in one step, so that writers neither wait nor make it begin again; the copy lies beside the original, and
    is as well kept."""
    if not path.exists():
        raise DumpFailed(f"There is no database at {path}.")
    copy = _beside(path)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing of it in another
        yield from _pieces(copy)
    except sqlite3.Error as error:
        raise DumpFailed(f"SQLite could not copy {path} ({error}).") from error
    finally:
        copy.unlink(missing_ok=True)


def _load_sqlite(path: Path, pieces: Iterable[bytes], then: Sequence[str]) -> None:
    copy = _beside(path)
    try:
        with copy.open("wb") as file:
            file.writelines(pieces)
        with closing(sqlite3.connect(copy)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != (WHOLE,):
                raise DumpFailed("The database in the backup is damaged: SQLite's own check fails.")
            with connection:
                for statement in then:
                    connection.execute(statement)
        durable.sync(copy)
        os.link(copy, path)  # unlike a rename it never replaces a file
        durable.sync(path.parent)
    except sqlite3.Error as error:
        raise DumpFailed(f"SQLite could not take in the backup ({error}).") from error
    except FileExistsError:
        raise DumpFailed(f"There is something at {path} already. Move it away first.") from None
    finally:
        copy.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """A new file in the same folder that only its owner may read."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    return Path(name)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _take_postgres(url: URL) -> Iterator[bytes]:
    argv = [_tool("pg_dump", url), "--format=custom", "--no-owner", "--no-privileges"]
    with tempfile.TemporaryFile() as said, db.outside("dumps.pg_dump"):
        # S603: our own argv, no shell
        dump = subprocess.Popen(argv, env=_environment(url), stdout=subprocess.PIPE, stderr=said)  # noqa: S603
        try:
            yield from iter(lambda: _piece_of(dump), b"")
            _expect_success("pg_dump", dump.wait(), said)
        finally:
            dump.kill()
            dump.communicate()


def _piece_of(dump: "subprocess.Popen[bytes]") -> bytes:
    return dump.stdout.read(PIECE) if dump.stdout is not None else b""


def _load_postgres(url: URL, pieces: Iterable[bytes], then: Sequence[str]) -> None:
    """pg_restore turns the dump into statements, and psql runs them with ours in one transaction."""
    unpack = [_tool("pg_restore", url), "--no-owner", "--no-privileges", "--file=-"]
    run = [_tool("psql", url), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"]
    with tempfile.TemporaryFile() as dump, tempfile.TemporaryFile() as script, db.outside("dumps.pg_restore"):
        dump.writelines(pieces)
        _run("pg_restore", unpack, url, dump, script)
        # the script has left the search path empty
        script.write("".join(f"{line};\n" for line in ("SET search_path = public", *then)).encode())
        _run("psql", run, url, script, subprocess.DEVNULL)


def _run(name: str, argv: list[str], url: URL, given: IO[bytes], output: "IO[bytes] | int") -> None:
    given.flush()
    given.seek(0)
    with tempfile.TemporaryFile() as said:
        # S603: our own argv, no shell
        done = subprocess.run(argv, env=_environment(url), stdin=given, stdout=output, stderr=said)  # noqa: S603
        _expect_success(name, done.returncode, said)


def _expect_success(name: str, code: int, said: IO[bytes]) -> None:
    if code == 0:
        return
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    first = next((line for line in lines if "error" in line.lower()), lines[0] if lines else f"it ended with {code}")
    raise DumpFailed(f"{name} failed: {first}.")


def _tool(name: str, url: URL) -> str:
    """The first of PATH and of Debian's folders that is not older than the server. Raises DumpFailed."""
    server = _server_version(url)
    folders = [
        *os.environ.get("PATH", "").split(os.pathsep),
        *sorted(map(str, Path("/").glob(ELSEWHERE)), reverse=True),
    ]
    for folder in folders:
        found = shutil.which(name, path=folder)
        if found is not None and _version(found) >= server:
            return found
    raise DumpFailed(
        f"There is no {name} of PostgreSQL {server} or newer here. Install its client programs (postgresql-client-"
        f"{server}), or run this where they are."
    )


def _version(program: str) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout  # noqa: S603  (no shell)
    number = re.search(r"(\d+)", told)
    return int(number[1]) if number else 0


def _server_version(url: URL) -> int:
    try:
        with psycopg.connect(**_connection(url), connect_timeout=engines.CONNECT_SECONDS) as connection:
            return connection.info.server_version // 10_000
    except psycopg.OperationalError:
        raise DumpFailed(UNREACHABLE) from None


def _connection(url: URL) -> dict[str, Any]:
    parts = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, "dbname": url.database}
    return {name: value for name, value in {**parts, **url.query}.items() if value is not None}


def _environment(url: URL) -> dict[str, str]:
    """The address by libpq's own variables: on a command line everybody on this machine could read the password."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    given = {names.get(name, f"PG{name.upper()}"): str(value) for name, value in _connection(url).items()}
    return {**os.environ, **given}
