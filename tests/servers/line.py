"""A line to a server that can fall silent or slow: it takes everything, brings little back, and nobody hangs up."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

LOOKS_EVERY = 0.05


class Line:
    """A TCP relay on loopback. `silent`: what is said from now on reaches nobody, in either direction. `delay`: seconds
    by which whatever the server says comes later."""

    def __init__(self, host: str, port: int) -> None:
        self._far = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        self.silent = threading.Event()
        self.delay = 0.0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def instead_of(self, url: str) -> str:
        """The database's address, by way of this line."""
        parts = urlsplit(url)
        user = (parts.netloc.rpartition("@")[0] + "@") if "@" in parts.netloc else ""
        return parts._replace(netloc=f"{user}127.0.0.1:{self.port}").geturl()

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._door.close()

    def _accept(self) -> None:
        self._door.settimeout(LOOKS_EVERY)
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                near = self._door.accept()[0]
                far = None if self.silent.is_set() else socket.create_connection(self._far)
                self._start(near, far, False)
                if far is not None:
                    self._start(far, near, True)

    def _start(self, giver: socket.socket, taker: socket.socket | None, servers: bool) -> None:
        thread = threading.Thread(target=self._carry, args=(giver, taker, servers))
        self._threads.append(thread)
        thread.start()

    def _carry(self, giver: socket.socket, taker: socket.socket | None, servers: bool) -> None:
        giver.settimeout(LOOKS_EVERY)
        while not self._over.is_set():
            try:
                said = giver.recv(65536)
                if not said:
                    break
                time.sleep(self.delay if servers else 0)
                if taker is not None and not self.silent.is_set():
                    taker.sendall(said)
            except TimeoutError:
                continue
            except OSError:
                break
        for end in (giver, taker):
            if end is not None:
                end.close()


@contextlib.contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the server of a database's address."""
    parts = urlsplit(url)
    line = Line(parts.hostname or "127.0.0.1", parts.port or 5432)
    yield line
    line.close()
