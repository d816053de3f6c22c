"""The practice's web server, which may die when half of its answer is on the wire."""

import socket
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from app import crash
from app.simulator.server import QuietHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def listening() -> socket.socket:
    """A loopback port that stays ours while those who answer at it come and go."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(64)
    return door


def server_of(app: Flask, door: socket.socket) -> BaseWSGIServer:
    """Made before the fork, since that takes long; it holds no thread until it serves."""
    halves = _in_halves(app.wsgi_app)
    return make_server("127.0.0.1", 0, halves, threaded=True, fd=door.fileno(), request_handler=QuietHandler)


def _in_halves(app: "WSGIApplication") -> "WSGIApplication":
    """The app behind a server that may die when half of its answer is on the wire (C12)."""

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        answer: Iterable[bytes] = app(environ, start_response)
        body = b"".join(answer)
        if callable(close := getattr(answer, "close", None)):
            close()
        if half := body[: len(body) // 2]:
            yield half
        # of an answer without a body nothing is on the wire before this: else whoever waits would have all of it
        crash.point("door", "half_answered")
        yield body[len(half) :]

    return served
