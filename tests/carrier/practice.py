"""A practice that writes down every webhook it gets and answers as it is told, over real HTTP."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Response, request
from werkzeug.serving import BaseWSGIServer, make_server

EMPTY = ('<?xml version="1.0" encoding="UTF-8"?><Response/>', 200, "text/xml")


@dataclass
class Heard:
    """One request as it came: target is the raw path and query."""

    target: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Practice:
    heard: list[Heard] = field(default_factory=list)
    answer: tuple[str, int, str] = EMPTY
    before_answering: Callable[[], object] = lambda: None

    def start(self) -> None:
        app = Flask(__name__)
        app.add_url_rule("/<path:_>", view_func=self._take, methods=["POST"])
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def texts(self) -> list[Heard]:
        return [one for one in self.heard if one.target.startswith("/twilio/sms")]

    def bodies(self) -> list[str]:
        """The words of each text, in the order of arrival; a repeat counts again."""
        return [one.form["Body"] for one in self.texts()]

    def callbacks(self) -> list[tuple[str, str]]:
        """(status, error code or nothing) of each status callback, in the order of arrival."""
        return [
            (one.form["MessageStatus"], one.form.get("ErrorCode", ""))
            for one in self.heard
            if one.target.startswith("/twilio/status")
        ]

    def _take(self, _: str) -> Response:
        heard = Heard(request.environ["RAW_URI"], request.form.to_dict(), dict(request.headers))
        self.heard.append(heard)
        self.before_answering()
        body, status, content_type = self.answer
        return Response(body, status, content_type=content_type)
