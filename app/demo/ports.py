"""Ports and addresses of this machine: which are free, and which answer."""

import http.client
import socket
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


class PortRefused(Exception):
    """Nothing can be served on this port; says why."""


def claimable(port: int) -> None:
    """Nothing, if a web server could listen on this port of the loopback address. Raises PortRefused."""
    with socket.socket() as probe:
        # As servers do; without it a port that was in use a minute ago looks taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError as error:
            raise PortRefused(f"Port {port} is kept for the administrator of this machine.") from error
        except OSError as error:
            raise PortRefused(f"Port {port} is taken: {_who_is_there(port)}.") from error


def another_than(port: int) -> int:
    """A free port to propose instead: 8100 for 8000, if it can be had."""
    for other in range(port + 100, min(port + 1000, 65536), 100):
        with suppress(PortRefused):
            claimable(other)
            return other
    return free_port()


def _who_is_there(port: int) -> str:
    """What is served on the port, as half a sentence."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        page, program = answer.read(64 * 1024), answer.getheader("Server", "").strip()
    except (OSError, http.client.HTTPException):
        return "a program that is no web server, or does not answer, has it"
    finally:
        connection.close()
    if b"Handrail" in page:
        return f"Handrail is served there already, see http://{LOOPBACK}:{port}/"
    called = f" that calls itself “{program[:40]}”" if program.isprintable() and program else ""
    return f"a web server{called} has it"


def listens(port: int) -> bool:
    """Whether something takes connections on this port of the loopback address."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    """Whether a GET of this http address is answered with 200 within two seconds."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
