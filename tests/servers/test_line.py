"""The wire of the fault tests does to a connection what each of its faults says, and nothing else."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.servers.line import Line

PATIENCE = 0.5


class Echo:
    """A server that says back what it hears, and remembers it."""

    def __init__(self, name: bytes = b"") -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._door.getsockname()
        self.heard = b""
        self._name = name
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                talk = self._door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._answer, args=(talk,), daemon=True).start()

    def _answer(self, talk: socket.socket) -> None:
        with talk:
            try:
                while said := talk.recv(100):
                    self.heard += said
                    talk.sendall(self._name + said)
            except OSError:
                return

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()


@pytest.fixture
def echo() -> Iterator[Echo]:
    one = Echo()
    yield one
    one.close()


@pytest.fixture
def line(echo: Echo) -> Iterator[Line]:
    one = Line(*echo.address)
    yield one
    one.close()


def call(line: Line) -> socket.socket:
    talk = socket.create_connection(("127.0.0.1", line.port))
    talk.settimeout(PATIENCE)
    return talk


def says(talk: socket.socket, words: bytes) -> bytes:
    talk.sendall(words)
    return talk.recv(100)


def test_it_carries_both_ways_and_hangs_up_with_whoever_does(line: Line) -> None:
    with call(line) as talk:
        assert says(talk, b"hello") == b"hello"
        talk.shutdown(socket.SHUT_WR)
        assert talk.recv(100) == b""


def test_answers_are_lost_and_what_was_asked_is_not(line: Line, echo: Echo) -> None:
    with call(line) as talk:
        line.answerless.set()
        with pytest.raises(TimeoutError):
            says(talk, b"pay")
        assert echo.heard == b"pay"
        line.heal()
        with pytest.raises(ConnectionResetError):  # not an answer to something else
            talk.recv(100)


def test_nothing_is_heard_through_a_black_hole(line: Line, echo: Echo) -> None:
    line.silent.set()
    with call(line) as talk:
        with pytest.raises(TimeoutError):
            says(talk, b"hello")
        assert echo.heard == b""


def test_a_cut_ends_what_is_open_and_spares_what_comes_after(line: Line) -> None:
    with call(line) as talk:
        assert says(talk, b"one") == b"one"
        line.cut()
        with pytest.raises(ConnectionResetError):
            talk.recv(100)
    with call(line) as talk:
        assert says(talk, b"two") == b"two"


def test_nobody_gets_through_a_line_that_is_down(line: Line) -> None:
    line.down.set()
    with call(line) as talk, pytest.raises(ConnectionError):
        says(talk, b"hello")
    line.heal()
    with call(line) as talk:
        assert says(talk, b"hello") == b"hello"


def test_several_servers_take_turns_and_stand_in_for_a_dead_one(echo: Echo) -> None:
    other = Echo(b"other ")
    line = Line(*echo.address, other.address)
    try:
        heard = []
        for _ in range(4):
            with call(line) as talk:
                heard.append(says(talk, b"x"))
        assert sorted(heard) == [b"other x", b"other x", b"x", b"x"]
        other.close()
        for _ in range(2):
            with call(line) as talk:
                assert says(talk, b"x") == b"x"
    finally:
        line.close()
