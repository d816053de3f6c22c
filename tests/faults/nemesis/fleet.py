"""Every process of a practice, the wires between them, and a small disk: what a nemesis can get at."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from app import settings
from app.demo.ports import answers, free_port
from app.settings import Settings
from tests.faults.nemesis import practice
from tests.faults.nemesis.offset import Offsets
from tests.servers import minipg, valkey
from tests.servers.line import Line

ROOT = Path(__file__).resolve().parents[3]
STARTS_WITHIN = 60.0
DISK_BYTES = 48 * 1024 * 1024
DISK = "disk"
SERVERS = {"sqlite": ("web1", "worker1", "ticker1"),
           "postgresql": ("web1", "web2", "worker1", "worker2", "ticker1", "ticker2")}  # fmt: skip
CARRIER = "carrier"


@dataclass
class Member:
    """One process of ours, which may be dead."""

    name: str
    env: dict[str, str]
    pid: int | None = None
    parent: int | None = None
    wanted: bool = True
    stopped: bool = False

    @property
    def role(self) -> str:
        return {"web": "serve"}.get(kind := self.name.rstrip("12"), kind)

    def alive(self) -> bool:
        return self.is_ours() and _stat(self.pid)[:1] != ["Z"]

    def signal_all(self, how: signal.Signals) -> None:
        """To the process and all it started; never to another that has its number by now."""
        if self.pid is not None and self.is_ours():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, how)

    def is_ours(self) -> bool:
        """Whether this number is that of a child of our nursery, alive or not yet buried."""
        fields = _stat(self.pid)
        return bool(fields) and int(fields[1]) == self.parent


class Fleet:
    """The running practice. Use from the main thread, to which the servers are tied."""

    def __init__(self, folder: Path, database: str, postgres: minipg.Server | None, bell: valkey.Valkey) -> None:
        self.folder, self.database, self.postgres, self.bell = folder, database, postgres, bell
        self.names = SERVERS[database]
        self.clock = Offsets(folder / "clock", [*self.names, CARRIER])
        (folder / DISK).mkdir()
        self.nursery = _Nursery(folder)
        self._lay_wires()
        self.front = Line("127.0.0.1", 1)
        self.base = practice.environment(folder, folder / DISK / "spool", {
            "DATABASE_URL": self.direct_url, "REDIS_URL": bell.url, "PUBLIC_BASE_URL": f"http://127.0.0.1:{self.front.port}",
            "TWILIO_API_BASE_URL": self.carrier_url, "SIM_PORT": self.carrier_url.rpartition(":")[2],
        })  # fmt: skip
        self.members = {name: Member(name, self._environment_of(name)) for name in [CARRIER, *self.names]}
        self.front.far = [("127.0.0.1", int(one.env["PORT"])) for one in self.members.values() if one.role == "serve"]

    # --- Addresses -----------------------------------------------------------------------------------------------

    def _lay_wires(self) -> None:
        """A wire of its own from each process to each server, so that one alone can be cut off."""
        self.carrier_url = f"http://127.0.0.1:{free_port()}"
        self.direct_url = self._make_database()
        carrier = ("127.0.0.1", int(self.carrier_url.rpartition(":")[2]))
        self.wires: dict[str, Line] = {}
        for name in self.names:
            self.wires[f"{name}-valkey"] = Line("127.0.0.1", self.bell.port)
            if not name.startswith("web"):
                self.wires[f"{name}-carrier"] = Line(*carrier)
            if self.postgres:
                self.wires[f"{name}-database"] = Line("127.0.0.1", self.postgres.port)

    def _make_database(self) -> str:
        if self.postgres is None:
            return f"sqlite:///{self.folder / DISK / 'handrail.db'}"
        name = f"n_{os.getpid()}_{time.time_ns()}"
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.postgres.url.replace("postgresql://", "postgresql+psycopg://").rpartition("/")[0] + f"/{name}"

    def _environment_of(self, name: str) -> dict[str, str]:
        env = dict(self.base)
        if name.startswith("web"):
            env["PORT"] = str(free_port())
        if bell := self.wires.get(f"{name}-valkey"):
            env["REDIS_URL"] = bell.instead_of(self.bell.url)
        if wire := self.wires.get(f"{name}-carrier"):
            env["TWILIO_API_BASE_URL"] = f"http://127.0.0.1:{wire.port}"
        if wire := self.wires.get(f"{name}-database"):
            env["DATABASE_URL"] = wire.instead_of(self.direct_url)
        return env

    @property
    def url(self) -> str:
        """Where the desk and the webhooks are."""
        return f"http://127.0.0.1:{self.front.port}"

    def settings(self, **changed: str) -> Settings:
        """Of a process of our own, past all wires."""
        return settings.load({**self.base, **changed})

    # --- Life and death --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Everything, until it answers."""
        self._furnish()
        for member in self.members.values():
            self.bear(member)
        self.wait_until_up()

    def _furnish(self) -> None:
        """In a process of its own inside the small disk's walls."""
        member = Member("furnish", self.base)
        self.bear(member, role="furnish")
        _until(lambda: not member.alive(), "the practice was not furnished", STARTS_WITHIN)
        if not (self.folder / "furnished").exists():
            raise RuntimeError(f"furnishing failed:\n{self.log('furnish')}")

    def bear(self, member: Member, role: str | None = None) -> None:
        """Start a process; what may be left of it before is gone first."""
        member.signal_all(signal.SIGKILL)
        member.parent = self.nursery.pid
        member.pid = self.nursery.bear({
            "instead_of": member.pid,
            "name": member.name if member.name in [*self.names, CARRIER] else "everybody", "role": role or member.role,
            "env": member.env, "log": str(self.folder / f"{member.name}.log"), "clock": str(self.folder / "clock"),
            "names": [*self.names, CARRIER],
        })  # fmt: skip
        member.wanted, member.stopped = True, False

    def wait_until_up(self) -> None:
        _until(lambda: answers(f"{self.carrier_url}/healthz"), "the carrier does not answer", STARTS_WITHIN)
        for member in self.members.values():
            if member.role == "serve":
                address = f"http://127.0.0.1:{member.env['PORT']}/healthz"
                _until(lambda at=address: answers(at), f"{member.name} does not answer", STARTS_WITHIN)  # type: ignore[misc]

    def revive(self) -> list[str]:
        """As a supervisor does: start again who died without being meant to. Their names."""
        dead = [one for one in self.members.values() if one.wanted and not one.alive()]
        for member in dead:
            self.bear(member)
        return [member.name for member in dead]

    def heal(self) -> None:
        """Every fault off, everybody up."""
        for wire in [*self.wires.values(), self.front]:
            wire.heal()
        self.fill_disk(0)
        for member in self.members.values():
            member.signal_all(signal.SIGCONT)
            member.wanted, member.stopped = True, False
        for name in [*self.names, CARRIER]:
            self.clock.set(name, 0.0)
        self.revive()
        with contextlib.suppress(requests.RequestException):
            requests.delete(f"{self.carrier_url}/phone/faults", timeout=10)

    def end(self, *, but_carrier: bool = False) -> None:
        """Stop them as an administrator does, and kill who will not."""
        going = [one for one in self.members.values() if one.pid and not (but_carrier and one.name == CARRIER)]
        for member in going:
            member.wanted = False
            member.signal_all(signal.SIGCONT)
            if member.is_ours() and member.pid:
                os.kill(member.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            _until(lambda: not any(member.alive() for member in going), "somebody does not end", 10)
        for member in going:
            member.signal_all(signal.SIGKILL)

    def close(self) -> None:
        self.end()
        self.nursery.close()
        for wire in [*self.wires.values(), self.front]:
            wire.close()
        self.clock.close()

    # --- The small disk --------------------------------------------------------------------------------------------

    @property
    def disk(self) -> Path:
        """The small disk as seen from here."""
        return self.nursery.seen(self.folder / DISK)

    def fill_disk(self, percent: int) -> None:
        """Leave so much of it to nobody; 0 frees it again."""
        ballast = self.disk / "ballast"
        if not percent:
            ballast.unlink(missing_ok=True)
        elif self.nursery.small_disk:
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while file.write(b"\0" * 65536):
                    pass

    def bring_out(self) -> None:
        """What stood on the small disk stands in the folder `out`, for when its walls are gone."""
        shutil.copytree(self.disk, self.folder / "out", ignore=shutil.ignore_patterns("ballast"))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


class _Nursery:
    """The parent of all processes, with a small disk of their own at `folder`/disk where the machine allows it."""

    def __init__(self, folder: Path) -> None:
        ours = [sys.executable, "-m", "tests.faults.nemesis.nursery"]
        mount = f"mount -t tmpfs -o size={DISK_BYTES} none {folder / DISK} && exec " + " ".join(ours)
        self.small_disk = _may_mount()
        with (folder / "nursery.log").open("w") as log:
            self._process = subprocess.Popen(
                ["unshare", "-rm", "sh", "-c", mount] if self.small_disk else ours, cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.pid: int = self._hear()["ready"]

    def bear(self, order: dict[str, Any]) -> int:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._hear()["pid"])

    def seen(self, path: Path) -> Path:
        return Path(f"/proc/{self.pid}/root{path}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has ended; see nursery.log")
        heard: dict[str, Any] = json.loads(line)
        return heard


@contextlib.contextmanager
def running(folder: Path, database: str, postgres: minipg.Server | None) -> Iterator[Fleet]:
    """A practice with all its processes while the block runs."""
    with valkey.running() as bell:
        fleet = Fleet(folder, database, postgres, bell)
        try:
            fleet.start()
            yield fleet
        finally:
            fleet.close()


def _may_mount() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def _stat(pid: int | None) -> list[str]:
    """State, parent and more of a process, as the kernel lists them; nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _until(holds: Callable[[], bool], otherwise: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.05)
