"""Where a benchmark runs: fresh databases of one kind, and the project's real processes in front of them."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, text

from app import settings
from app.cli.processes import gunicorn_arguments
from app.demo import leash
from app.demo.ports import LOOPBACK, answers, free_port
from app.settings import Settings
from tests.house import ACCOUNT, CLINIC, TOKEN
from tests.servers import minipg

ROOT = Path(__file__).resolve().parents[2]
HANDRAIL = (sys.executable, "-P", "-m", "app.cli")
STARTS_WITHIN = 60.0


class Databases:
    """Fresh databases of one kind, copied from one that was filled once."""

    def __init__(self, folder: Path, postgres: str | None) -> None:
        """postgres: URL of the server's `postgres` database, or None for SQLite files in `folder`."""
        self._folder, self._postgres = folder, postgres
        self._made = 0

    def fill(self, build: Callable[[str], None]) -> None:
        """Build the one to copy; `build` gets its URL and leaves no connection open."""
        if self._postgres:
            self._run("CREATE DATABASE filled")
        build(self._address("filled"))

    def copy(self) -> str:
        """The URL of a fresh copy of the filled one."""
        name = self._name()
        if self._postgres:
            self._run(f"CREATE DATABASE {name} TEMPLATE filled")
        else:
            shutil.copy(self._folder / "filled.db", self._folder / f"{name}.db")
        return self._address(name)

    def empty(self) -> str:
        """The URL of an empty one."""
        name = self._name()
        if self._postgres:
            self._run(f"CREATE DATABASE {name}")
        return self._address(name)

    def _name(self) -> str:
        self._made += 1
        return f"copy_{self._made}"

    def _address(self, name: str) -> str:
        if not self._postgres:
            return f"sqlite:///{self._folder / name}.db"
        return self._postgres.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://", 1) + f"/{name}"

    def _run(self, statement: str) -> None:
        assert self._postgres
        with psycopg.connect(self._postgres, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """kind: sqlite or postgresql. PostgreSQL runs durably here: fsync and synchronous_commit are on."""
    if kind == "sqlite":
        yield Databases(folder, None)
        return
    with minipg.running(durable=True) as url:
        yield Databases(folder, url)


def environment(folder: Path, database_url: str, redis_url: str, carrier_port: int) -> dict[str, str]:
    """Settings of one practice on a free port of this machine, and of its stand-in carrier."""
    port = free_port()
    return {
        "HANDRAIL_MODE": "demo",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "PUBLIC_BASE_URL": f"http://{LOOPBACK}:{port}",
        "TWILIO_API_BASE_URL": f"http://{LOOPBACK}:{carrier_port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": CLINIC,
        "SECRET_KEY": "a secret key of the benchmarks, long enough",
        "DATA_KEYS": "k1:" + "5a" * 32,
        "INDEX_KEY": "an index key of the benchmarks, long enough",
        "SPOOL_DIR": str(folder / "spool"),
        "ANCHOR_DIR": str(folder / "anchors"),
        "PRACTICE_PHONE": "+16085550100",
        "SIM_PORT": str(carrier_port),
        "SIM_LEDGER": str(folder / "carrier.jsonl"),
    }


def settings_of(env: Mapping[str, str]) -> Settings:
    return settings.load({name: value for name, value in env.items() if not name.startswith("SIM_")})


def door_command(env: Mapping[str, str], application: str = "app:create_app()") -> list[str]:
    """The project's own gunicorn command, for Handrail or for the floor."""
    arguments = gunicorn_arguments(f"{LOOPBACK}:{env['PORT']}")[:-1]
    return [sys.executable, "-P", "-m", "gunicorn", *arguments, application]


def expect_confirmations(database_url: str, count: int) -> None:
    """A fast answer that did something else is no answer: raises RuntimeError unless every text moved its dialog."""
    made = create_engine(database_url)
    with made.connect() as connection:
        rows = connection.execute(text("select outcome, count(*) from exchange group by outcome")).all()
    made.dispose()
    outcomes = {str(outcome): int(many) for outcome, many in rows}
    if outcomes != {"dialog_step": count}:
        raise RuntimeError(f"of {count} texts that should have confirmed, these were recorded: {outcomes}")


@contextlib.contextmanager
def running(argv: Sequence[str], env: Mapping[str, str], health_port: str | None = None) -> Iterator[None]:
    """A process of the project while the block runs; with `health_port`, from when it answers on."""
    kept = {name: value for name, value in os.environ.items() if name not in settings.KNOWN}
    process = leash.start(argv, env={**kept, "PYTHONPATH": str(ROOT), **env}, output=subprocess.DEVNULL)
    try:
        if health_port:
            _wait(process, f"http://{LOOPBACK}:{health_port}/healthz")
        yield
        if process.poll() is not None:
            raise RuntimeError(f"ended by itself with {process.returncode}: {' '.join(argv)}")
    finally:
        leash.stop(process)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nothing answers at {address}")
        time.sleep(0.05)
