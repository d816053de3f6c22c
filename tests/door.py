"""The web application of a house under test, served on a loopback port."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LEAVES_WITHIN = 20.0


class Door:
    """The web application served in a thread on a loopback port."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def open(self, app: "WSGIApplication") -> None:
        self._turnstile = Turnstile(app)
        self._server = make_server(
            "127.0.0.1", 0, self._turnstile, threaded=True, fd=self._socket.fileno(), request_handler=_Quiet
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answers_late(self, path_ending: str, seconds: float) -> None:
        """What is asked for there is done at once, and its answer is as long on its way."""
        self._turnstile.late[path_ending] = seconds

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._socket.close()
        self._turnstile.close()


class Turnstile:
    """Lets requests in until it closes, and then waits for those inside: one that outlived its house would write
    into the next. A stream that is still being read counts as outside: it holds no database session (app.web.live)."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.late: dict[str, float] = {}
        self._app = app
        self._inside = 0
        self._open = True
        self._changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._changed:
            if not self._open:
                return ServiceUnavailable()(environ, start_response)
            self._inside += 1
        try:
            answer = self._app(environ, start_response)
            time.sleep(max((late for end, late in self.late.items() if environ["PATH_INFO"].endswith(end)), default=0))
            return _closed_at_the_end(answer)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._open = False
            assert self._changed.wait_for(lambda: self._inside == 0, LEAVES_WITHIN), "a request never ends"


def _closed_at_the_end(answer: Iterable[bytes]) -> Iterator[bytes]:
    """Werkzeug's own server forgets to close what it was sending when a browser leaves in the middle of it."""
    with contextlib.ExitStack() as stack:
        if isinstance(answer, _Closes):
            stack.callback(answer.close)
        yield from answer


@runtime_checkable
class _Closes(Protocol):
    def close(self) -> None: ...


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
