"""Somebody outside who can be rung: a real HTTP server that keeps what it heard and answers as it is told."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

from app import settings
from tests.house import House


@dataclass
class Pager:
    """`status` is what it answers with; `heard` the bodies of all POSTs, refused ones too."""

    status: int = 200
    heard: list[dict[str, Any]] = field(default_factory=list)

    def start(self) -> None:
        app = Flask(__name__)
        app.add_url_rule("/ring", view_func=self._take, methods=["GET", "POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/ring"

    @property
    def reasons(self) -> list[str]:
        return [one["reason"] for one in self.heard]

    def belongs_to(self, house: House) -> None:
        """From now on the house rings here."""
        house.settings = house.settings.model_copy(update={"alarm_url": self.url})
        settings.use(house.settings)

    def _take(self) -> Response:
        self.heard.append(json.loads(request.get_data()) if request.method == "POST" else {"reason": request.method})
        return Response("", self.status, {"Location": self.url})
