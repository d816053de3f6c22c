"""A line to a server that can fall silent or slow, lose answers or be cut: the wire between two processes of ours."""

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

LOOKS_EVERY = 0.05
AT_ONCE = struct.pack("ii", 1, 0)

Address = tuple[str, int]


class Line:
    """A TCP relay on loopback to a server, or to several in turn: the first that takes the connection has it.

    `silent`: what is said from now on reaches nobody, in either direction, and nobody hangs up. `answerless`: the
    server hears all and its answers are lost. `down`: nobody gets through. `delay`: seconds by which whatever the
    server says comes later. A connection of which something was lost never speaks again: it is cut when the line
    recovers.
    """

    def __init__(self, host: str, port: int, *others: Address) -> None:
        self.far: list[Address] = [(host, port), *others]
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        self.silent, self.answerless, self.down = threading.Event(), threading.Event(), threading.Event()
        self.delay = 0.0
        self._turn = itertools.count()
        self._over = threading.Event()
        self._talks: set[_Talk] = set()
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def instead_of(self, url: str) -> str:
        """The server's address, by way of this line."""
        parts = urlsplit(url)
        user = (parts.netloc.rpartition("@")[0] + "@") if "@" in parts.netloc else ""
        return parts._replace(netloc=f"{user}127.0.0.1:{self.port}").geturl()

    def cut(self) -> None:
        """End every connection with a reset, as when a machine on the way dies."""
        for talk in list(self._talks):
            talk.reset.set()

    def forget(self) -> None:
        """What is said on the connections of now reaches nobody any more, and nobody hangs up; new ones get through: a
        router that has forgotten them."""
        for talk in list(self._talks):
            talk.forgotten.set()

    def heal(self) -> None:
        """Everything gets through again."""
        for fault in (self.silent, self.answerless, self.down):
            fault.clear()
        self.delay = 0.0

    def close(self) -> None:
        self._over.set()
        self._accepting.join()
        for talk in list(self._talks):
            talk.end()
        self._door.close()

    def _accept(self) -> None:
        self._door.settimeout(LOOKS_EVERY)
        while not self._over.is_set():
            self._talks = {talk for talk in self._talks if not talk.ended}
            with contextlib.suppress(TimeoutError):
                near = self._door.accept()[0]
                far = None if self.silent.is_set() else self._reach()
                if far is None and not self.silent.is_set():
                    _close(near, reset=True)
                    continue
                talk = _Talk(self, near, far, self._over)
                self._talks.add(talk)
                talk.begin()

    def _reach(self) -> socket.socket | None:
        """A connection to the next server in turn, or to one after it."""
        if self.down.is_set():
            return None
        first = next(self._turn)
        for place in range(len(self.far)):
            with contextlib.suppress(OSError):
                return socket.create_connection(self.far[(first + place) % len(self.far)], timeout=1)
        return None


class _Talk:
    """One connection: two threads that carry what is said, one for each direction. far None: the server never heard
    of it."""

    def __init__(self, line: Line, near: socket.socket, far: socket.socket | None, over: threading.Event) -> None:
        self._line, self._near, self._far, self._over = line, near, far, over
        self.reset, self.forgotten = threading.Event(), threading.Event()
        self._torn = threading.Event()  # something was lost
        self._threads = [threading.Thread(target=self._carry, args=(near, far, False), daemon=True)]
        if far is not None:
            self._threads.append(threading.Thread(target=self._carry, args=(far, near, True), daemon=True))
        self._under_way, self._lock = len(self._threads), threading.Lock()

    @property
    def ended(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        for thread in self._threads:
            thread.join()

    def _carry(self, giver: socket.socket, taker: socket.socket | None, servers: bool) -> None:
        giver.settimeout(LOOKS_EVERY)
        while not self._over.is_set() and not self.reset.is_set():
            try:
                said = giver.recv(65536)
                if not said:
                    break
                time.sleep(self._line.delay if servers else 0)
                if self._lost(servers) or taker is None:
                    self._torn.set()
                elif not self.forgotten.is_set():
                    taker.sendall(said)
            except TimeoutError:
                if self._torn.is_set() and not self._lost(servers=True):
                    self.reset.set()
            except OSError:
                break
        self._leave()

    def _leave(self) -> None:
        """This direction is over. The other one hears of it; whoever goes last closes, since a number that is closed
        may be another connection's at once."""
        ends = [end for end in (self._near, self._far) if end is not None]
        if not self.reset.is_set():
            for end in ends:
                with contextlib.suppress(OSError):  # the far side was faster
                    end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._under_way -= 1
            last = self._under_way == 0
        for end in ends if last else ():
            _close(end, reset=self.reset.is_set())

    def _lost(self, servers: bool) -> bool:
        return self._line.silent.is_set() or (servers and self._line.answerless.is_set())


def _close(end: socket.socket, *, reset: bool) -> None:
    """Hang up; with `reset` at once, whatever was still to be said."""
    if reset:
        with contextlib.suppress(OSError):  # the far side was faster
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    end.close()


@contextlib.contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the server of a database's address."""
    parts = urlsplit(url)
    line = Line(parts.hostname or "127.0.0.1", parts.port or 5432)
    yield line
    line.close()
