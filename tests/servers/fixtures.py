"""The real servers as fixtures: `postgres`, `postgres_url`, `valkey`, `valkey_url`, `chromium`."""

import contextlib
import fcntl
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from psycopg import sql

from tests.servers import valkey
from tests.servers.again import Again
from tests.servers.browser import find, launch
from tests.servers.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]


class Postgres:
    """The one PostgreSQL server of this test run, shared by its workers; each makes databases of its own."""

    def __init__(self, url: str, shared: Path) -> None:
        self.url = url
        self._shared = shared
        self._kept: dict[str, Again] = {}

    def fresh(self, template: str = "template1", name: str = "") -> str:
        """A new database, copied from `template` in some 20 ms (file by file: half of what the log would take); its
        URL for SQLAlchemy."""
        name = name or f"t_{secrets.token_hex(6)}"
        self._let_go(template)  # PostgreSQL copies nothing that somebody is connected to
        self.drop(self.address(name))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(copy.format(sql.Identifier(name), sql.Identifier(template)))
        return self.address(name)

    def again(self, template: str, name: str) -> str:
        """The database `name` of this worker as `fresh` would make it: brought back to that where it can be."""
        if name in self._kept and self._kept[name].restore():
            return self.address(name)
        self._let_go(name)
        url = self.fresh(template, name)
        self._kept[name] = Again(url.replace("+psycopg", ""))
        return url

    def close(self) -> None:
        """Hold no connection any more."""
        for name in list(self._kept):
            self._let_go(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = sql.Identifier(url.rpartition("/")[2])
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """A database for `fresh` to copy, built by the first worker that asks; returns `name`. `build` gets its URL.

        `build` must have closed its connections when it returns.
        """
        with _only_one(self._shared / f"{name}.lock"):
            done = self._shared / f"{name}.done"
            if not done.exists():
                self.drop(self.address(name))
                self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
                build(self.address(name))
                done.touch()
        return name

    def address(self, database: str) -> str:
        """The URL of a database of this server, for SQLAlchemy."""
        base = self.url.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://", 1)
        return f"{base}/{database}"

    def _let_go(self, name: str) -> None:
        if kept := self._kept.pop(name, None):
            kept.close()

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """The run's PostgreSQL server, started by the first worker that needs it."""
    base = tmp_path_factory.getbasetemp()
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    shared = base.parent if in_worker else base
    with _only_one(shared / "postgres.lock"):
        note = shared / "postgres.url"
        if not note.exists():
            note.write_text(_start_keeper(os.getppid() if in_worker else os.getpid()))
    server = Postgres(note.read_text(), shared)
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty database for this worker."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A Valkey server for this worker. One each: what is published is heard in every database of a server."""
    with valkey.running() as server:
        yield server.url


@pytest.fixture
def own_valkey() -> Iterator[Valkey]:
    """A Valkey server for one test, which may kill it and start it again."""
    with valkey.running() as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, one for each worker."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium. Open pages with `chromium.new_context(locale="en-US", timezone_id=…)`."""
    browser = launch(playwright, find(playwright.chromium.executable_path))
    yield browser
    browser.close()


def _start_keeper(owner: int) -> str:
    command = [sys.executable, "-m", "tests.servers.keeper", str(owner)]
    keeper = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True, text=True)
    keeper.returncode = 0  # It outlives us on purpose; without this Python warns of a process still running.
    assert keeper.stdout
    with keeper.stdout as output:
        url = output.readline().strip()
    assert url, "the PostgreSQL keeper ended before its server was ready; what it said stands above"
    return url


@contextlib.contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """One worker at a time while the block runs."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
