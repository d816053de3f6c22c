"""A port that cannot be had is refused in a sentence that says who has it."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.demo.ports import PortRefused, another_than, claimable, free_port


class Greets(BaseHTTPRequestHandler):
    server_version, sys_version = "Gardener/3", ""
    page = b"tomatoes"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        pass


class Practice(Greets):
    page = b"<title>Sign in \xc2\xb7 Handrail</title>"


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_free_port_can_be_had() -> None:
    claimable(free_port())


@pytest.mark.parametrize("served", [Practice], indirect=True)
def test_another_practice_is_named_with_its_address(served: int) -> None:
    with pytest.raises(PortRefused, match=f"Handrail is served there already, see http://127.0.0.1:{served}/"):
        claimable(served)


@pytest.mark.parametrize("served", [Greets], indirect=True)
def test_a_web_server_is_named_as_it_names_itself(served: int) -> None:
    with pytest.raises(PortRefused, match="a web server that calls itself “Gardener/3” has it"):
        claimable(served)


def test_something_that_is_no_web_server() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(PortRefused, match="no web server"):
            claimable(other.getsockname()[1])


@pytest.mark.slow
def test_the_port_proposed_can_be_had() -> None:
    first = another_than(8000)
    claimable(first)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        assert another_than(8000) != first
    claimable(another_than(65535))
