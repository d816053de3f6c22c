"""The stand-in carrier as a web server: Twilio's REST interface and the browser phone."""

import signal
import sys
import threading
from copy import copy
from dataclasses import dataclass
from functools import cache

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.simulator import settings
from app.simulator.account import LiveAccountRefused
from app.simulator.call_rest import rest
from app.simulator.carrier import EXTENSION, Carrier
from app.simulator.ledger import LedgerGap, LedgerInUse
from app.simulator.phone import phone

POLL_SECONDS = 0.02
"""How soon a served carrier notices that it should stop."""


class QuietHandler(WSGIRequestHandler):
    """Keeps no access log: addresses of list requests hold telephone numbers."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@dataclass(frozen=True, slots=True)
class Running:
    """A served carrier. url: scheme, host and port, what TWILIO_API_BASE_URL must be."""

    url: str
    server: BaseWSGIServer
    thread: threading.Thread

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def create_simulator(carrier: Carrier) -> Flask:
    """REST, phone and /healthz of one carrier."""
    simulator = copy(_doors())
    simulator.extensions = {EXTENSION: carrier}
    return simulator


@cache
def _doors() -> Flask:
    """Of no carrier yet. Routes are compiled once for a process: tests open a carrier for each of thousands."""
    simulator = Flask(__name__, static_folder=None)
    simulator.register_blueprint(rest)
    simulator.register_blueprint(phone)
    simulator.add_url_rule("/healthz", "healthz", lambda: ("ok", 200, {"Content-Type": "text/plain"}))
    return simulator


def serve(carrier: Carrier, port: int = 0) -> Running:
    """Serve in a thread of this process on 127.0.0.1; port 0 takes a free one."""
    simulator = create_simulator(carrier)
    server = make_server("127.0.0.1", port, simulator, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="simulator", daemon=True)
    thread.start()
    return Running(f"http://127.0.0.1:{server.server_port}", server, thread)


def main() -> None:
    """Run the demo's carrier until told to end (settings: app/simulator/settings.py)."""
    try:
        carrier = settings.open_carrier()
    except (settings.BadSettings, LiveAccountRefused, LedgerInUse, LedgerGap) as refusal:
        sys.exit(str(refusal))
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    carrier.run()
    running = serve(carrier, settings.port())
    ended.wait()
    running.stop()
    carrier.close()


if __name__ == "__main__":
    main()
