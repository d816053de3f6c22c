"""What happens in one life: the door is open, people text and press, workers and tickers go round."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from http.server import HTTPServer
from time import sleep

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import db, jobs, settings
from app.simulator.faults import Fault
from app.ticker import Duty
from app.web import sign_ins
from tests.faults.crashes.world import Notes, World
from tests.house import ZONE

MOST_ROUNDS = 40
RARE = ("evidence", "unreported", "reconciler", "audit")
"""Duties that take long, so they come when they may find something."""
EACH_ROUND = 15
"""Seconds; a duty that comes as often as this or oftener comes each time. The others come when they are due."""


class Practice:
    """A world while one of its processes lives."""

    def __init__(self, world: World, notes: Notes) -> None:
        self.world, self.notes = world, notes
        self.clock, self.carrier = world.clock, world.carrier
        self._last_done: dict[str, datetime] = {}

    @contextmanager
    def open(self) -> Iterator["Practice"]:
        """The door takes in what the carrier brings."""
        # Werkzeug's own serve_forever closes the server for good
        self._door = threading.Thread(target=HTTPServer.serve_forever, args=(self.world.server, 0.01), daemon=True)
        self._door.start()
        yield self
        self.world.server.shutdown()
        self._door.join()

    # --- the carrier's side ---

    def texts(self, number: str, body: str, *, photo: bool = False) -> str:
        return self.carrier.texts(number, body, photo)

    def goes_wrong(self, fault: Fault, times: int = 1) -> None:
        """At the carrier, the next times it can."""
        self.carrier.arm(fault, times)

    # --- processes ---

    def works(self) -> None:
        """A worker answers the doorbell until nothing rings, and the carrier delivers."""
        jobs.work(burst=True)
        self.carrier.pump()

    def ticks(self) -> int:
        """Every duty of the ticker that is due, once; how much was done."""
        due = [duty for name, duty in self.world.duties.items() if name not in RARE and self._is_due(duty)]
        return sum(int(done) for duty in due if isinstance(done := duty.act(), int))

    def _is_due(self, duty: Duty) -> bool:
        """A ticker that has just started does all its duties at once."""
        now, last = self.clock(), self._last_done.get(duty.name)
        if last is not None and duty.every > EACH_ROUND and now - last < timedelta(seconds=duty.every):
            return False
        self._last_done[duty.name] = now
        return True

    def until_quiet(self) -> None:
        """Ticker and carrier go round until there is nothing left to do now. Rows that a dead process still holds at
        PostgreSQL are waited for, as the next round does."""
        for _ in range(MOST_ROUNDS):
            try:
                if self.ticks() + self.carrier.pump() == 0:
                    return
            except db.DATABASE_AWAY:
                continue
        raise RuntimeError(f"it is not quiet after {MOST_ROUNDS} rounds")

    def looks_in_the_list(self) -> None:
        """What the carrier's list tells of texts in doubt and of texts that never came, and of each without an end."""
        self.world.duties["evidence"].act()
        self.world.duties["unreported"].act()
        self.world.duties["reconciler"].act()
        self.until_quiet()

    def audits(self) -> None:
        """The ticker's last duty: look whether the others did theirs, mend, and tell a person."""
        self.world.duties["audit"].act()
        self.until_quiet()

    @contextmanager
    def database_gone(self) -> Iterator[None]:
        """Nothing answers where the database was."""
        kept = db._engine, db._writer
        db._engine = db._writer = None
        db.start("sqlite:////nowhere/at/all.db")
        yield
        db.stop()
        db._engine, db._writer = kept

    def is_watched(self) -> None:
        """ALARM_URL is set: the carrier's process answers there."""
        settings.use(self.world.settings.model_copy(update={"alarm_url": f"{self.carrier.url}/alarm"}))

    def until_nobody_rings(self) -> None:
        """The door rings in a thread of its own, so that nobody waits for it."""
        while len(threading.enumerate()) > len((threading.main_thread(), self._door)):
            sleep(0.002)

    # --- people at the practice ---

    def desk(self, who: str) -> "Desk":
        """Somebody who signed in before (see `sign_in`)."""
        token, csrf = self.notes[who]
        client = self.world.app.test_client()
        client.set_cookie(sign_ins.cookie_name(), token)
        return Desk(client, csrf)

    def on(self, days: int, hour: int) -> datetime:
        """That many days from today, at that hour on the practice's wall."""
        today = self.clock().astimezone(ZONE).date()
        return datetime.combine(today + timedelta(days=days), time(hour), tzinfo=ZONE)


class Desk:
    """A browser at the desk. A press that is refused, or finds the page gone, is not an error: people look again."""

    def __init__(self, client: FlaskClient, csrf: str) -> None:
        self._client, self._csrf = client, csrf

    def opens(self, path: str) -> TestResponse:
        return self._client.get(path)

    def presses(self, path: str, **fields: object) -> TestResponse:
        """Send a form of ours."""
        answer = self._client.post(path, data={"csrf": self._csrf, **fields})
        if answer.status_code >= 500:
            raise RuntimeError(f"{path} answered {answer.status}")
        return answer
