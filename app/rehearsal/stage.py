"""Where a rehearsal plays: the whole practice in this process, on a clock that jumps, before the stand-in carrier.

Nothing is replaced but the time and the carrier: texts leave and arrive over HTTP, on SQLite, and the ticker's own
list of duties does what is due.
"""

import contextlib
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from werkzeug.serving import make_server

from app import clock, create_app, db, log, schema, settings, starting, ticker
from app.demo.environment import CLINIC_NUMBER, PAGING_NUMBER, PRACTICE_PHONE
from app.demo.ports import free_port
from app.library import versions
from app.messaging.gateway import Gateway
from app.settings import Settings
from app.simulator.carrier import Carrier
from app.simulator.server import QuietHandler, serve

PATIENT, AT_MOST_EVERY = 30, 900
"""Seconds: duties that may wait half a minute look after what others left; here they come each quarter of an hour."""
NOBODY_LISTENS = "redis://127.0.0.1:1/0"
"""No doorbell: the sweeper finds everything, as when Redis is away (P6)."""


class VirtualClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.at = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.at

    def becomes(self, at: datetime) -> None:
        self.at = max(self.at, at)


class Stage:
    """The practice: `round` does what its ticker has to do by now, and lets the carrier deliver."""

    def __init__(self, virtual: VirtualClock, carrier: Carrier, given: Settings) -> None:
        self.clock, self.carrier, self.settings = virtual, carrier, given
        self._duties = ticker.duties(Gateway(given), given)

    def round(self) -> None:
        """Every duty whose time has come by the virtual clock, in the ticker's order; a duty that fails ends the
        rehearsal, since a ticker would only log it."""
        now = self.clock.at.timestamp()
        for duty in self._duties:
            if duty.due <= now:
                duty.due = now + (duty.every if duty.every < PATIENT else max(duty.every, AT_MOST_EVERY))
                duty.act()
        self.carrier.pump()

    def settle(self, minutes: int) -> None:
        """Let so much time go by, in steps in which everything that is due happens."""
        for _ in range(minutes):
            self.clock.becomes(self.clock.at + timedelta(minutes=1))
            self.round()


@contextlib.contextmanager
def opened(folder: Path, start: datetime) -> Iterator[Stage]:
    """An empty practice in `folder`, its tables made and its dialogs in force, at `start` of its own time. This process
    must serve nothing else meanwhile: the clock, the settings and the database are this practice's."""
    virtual = VirtualClock(start)
    clock.use(virtual)
    door, rest = free_port(), free_port()
    given = settings.load(_environment(folder, door, rest))
    carrier = Carrier(
        given.twilio_account_sid, given.auth_tokens[0], f"{given.public_base_url}/twilio/sms",
        numbers=[CLINIC_NUMBER, PAGING_NUMBER], ledger=folder / "carrier.jsonl",
    )  # fmt: skip
    with contextlib.ExitStack() as ends:
        ends.callback(clock.use, None)
        ends.callback(settings.use, None)
        ends.callback(carrier.close)
        ends.callback(serve(carrier, rest).stop)
        starting.start_door(given)
        ends.callback(db.stop)
        schema.migrate()
        with db.transaction(
            "rehearsal.activate"
        ) as session:  # the word lists of the package serve without being signed
            versions.activate(session, versions.prove(given.dialogs_dir), "the rehearsal")
        app = create_app(given)
        log.say_only_errors()
        ends.callback(log.start)
        server = make_server("127.0.0.1", door, app, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="door", daemon=True)
        thread.start()
        ends.callback(thread.join)
        ends.callback(server.server_close)
        ends.callback(server.shutdown)
        yield Stage(virtual, carrier, given)


def _environment(folder: Path, door: int, rest: int) -> dict[str, str]:
    return {
        "HANDRAIL_MODE": "demo",
        "DATABASE_URL": f"sqlite:///{folder / 'practice.db'}",
        "REDIS_URL": NOBODY_LISTENS,
        "PORT": str(door),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{door}",
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{rest}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 24 + "00000001",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_FROM": CLINIC_NUMBER,
        "PAGING_FROM": PAGING_NUMBER,
        "SECRET_KEY": secrets.token_urlsafe(32),
        "DATA_KEYS": f"k1:{secrets.token_hex(32)}",
        "INDEX_KEY": secrets.token_urlsafe(32),
        "SPOOL_DIR": str(folder / "spool"),
        "ANCHOR_DIR": str(folder / "anchors"),
        "PRACTICE_PHONE": PRACTICE_PHONE,
        "EMERGENCY_LINE": "911",
        "MOST_TEXTS_A_DAY": "100000",
    }
