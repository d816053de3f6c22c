"""A whole practice for tests: real app over real HTTP, real stand-in carrier, real database, time that obeys."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import MethodType
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from app import anchors, clock, create_app, db, jobs, queue, schema, sealing, settings, starting
from app.calls import dialling, looking, messages, outgoing, reports
from app.delivery import evidence, unreported
from app.library import versions
from app.messaging import outbox
from app.messaging.gateway import Gateway
from app.models.cover import OpenHours
from app.models.practice import GoAhead, Location, Practice, Provider
from app.outreach import apologies, called_off, day_moves, loops, reminders, welcomes
from app.scheduling import offering
from app.settings import Settings
from app.simulator.carrier import Carrier
from app.simulator.mount import with_phone
from app.simulator.server import serve
from app.watchers import sweeper
from app.watchers.reconciler import Reconciler
from app.web.sign_ins import Me
from escalation_desk import items
from escalation_desk.views import rows
from escalation_desk.views.case import case
from tests.door import Door

ACCOUNT = "AC" + "0" * 24 + "00000001"
TOKEN = "the-stand-in-carriers-auth-token"
CLINIC, PAGING = "+15005550006", "+15005550009"
ZONE = ZoneInfo("America/Chicago")
T = TypeVar("T")
MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)


class ObedientClock:
    """Stands still until a test moves it."""

    def __init__(self, start: datetime = MONDAY_TEN) -> None:
        self.at = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **amount: float) -> None:
        self.at += timedelta(**amount)

    def becomes(self, local: datetime) -> None:
        self.at = local.astimezone(UTC)


class House:
    """The running practice: `work()` lets everything that is due happen, `passes()` moves the clock first."""

    def __init__(self, database_url: str, redis_url: str, directory: Path) -> None:
        self.clock = ObedientClock()
        clock.use(self.clock)
        self.directory = directory
        self.door = Door()
        self.carrier = Carrier(
            ACCOUNT, TOKEN, f"{self.door.url}/twilio/sms", numbers=[CLINIC, PAGING], ledger=directory / "carrier.jsonl"
        )
        self.carrier_server = serve(self.carrier)
        self.settings = house_settings(
            DATABASE_URL=database_url, REDIS_URL=redis_url, PUBLIC_BASE_URL=self.door.url,
            TWILIO_API_BASE_URL=self.carrier_server.url,
            SPOOL_DIR=str(directory / "spool"), ANCHOR_DIR=str(directory / "anchors"),
        )  # fmt: skip
        self.app = opened(self.settings)
        queue.connection().flushdb()
        self.gateway = Gateway(self.settings)
        self.reconciler = Reconciler(self.gateway, self.settings)
        self.door.open(self.app)

    def work(self) -> None:
        """Everything that is due happens, and everything it causes, until nothing more does."""
        while sweeper.sweep(self.gateway, self.settings) + self.carrier.pump():
            pass

    def staff_texts_leave(self) -> None:
        """The seconds are over in which whoever wrote a text may take it back."""
        self.clock.passes(seconds=outbox.UNDONE_WITHIN.total_seconds())
        self.work()

    def answer_doorbell(self) -> None:
        """A worker answers what has rung, instead of the sweeper."""
        jobs.work(burst=True)
        self.carrier.pump()

    def passes(self, **amount: float) -> None:
        """Time goes by, and the ticker does what is due by then."""
        self.clock.passes(**amount)
        self.tick()

    def becomes(self, local: datetime) -> None:
        self.clock.becomes(local)
        self.tick()

    def tick(self) -> None:
        evidence.look(self.gateway, self.settings)
        unreported.ask(self.gateway)
        self.reconciler.run()
        sweeper.release_claims()
        sweeper.end_silences()
        reports.settle()
        looking.look(self.gateway, self.settings)
        outgoing.settle()
        messages.look(self.gateway)
        messages.forget()
        day_moves.work()
        apologies.work()
        called_off.work()
        reminders.begin_due()
        offering.work()
        loops.look_due()
        welcomes.begin_due()
        anchors.write_if_due(self.settings.anchor_dir)
        dialling.dial(self.gateway, self.settings)
        self.work()

    def on(self, days: int, hour: int, minute: int = 0) -> datetime:
        """That many days from today, at that hour on the practice's wall."""
        today: date = self.clock.at.astimezone(ZONE).date()
        return datetime.combine(today + timedelta(days=days), time(hour, minute), tzinfo=ZONE)

    def rows(self, table: type[T], *where: object) -> list[T]:
        """All rows of a table, oldest first."""
        with db.reading("tests.rows") as session:
            return list(session.scalars(select(table).where(*where).order_by("id")))  # type: ignore[arg-type]

    def rows_of(self, table: type[T]) -> list[T]:
        """All rows of a table without an `id` column."""
        with db.reading("tests.rows_of") as session:
            return list(session.scalars(select(table)))

    def shows_its_lists(self) -> None:
        """Whatever happened here, colleagues can look at it: a list that cannot be drawn hides everybody on it (P1)."""
        with sealing.gaps_shown(), db.reading("tests.lists") as session:
            nurses, front_desk = items.open_items(session, "nurses", 20), items.open_items(session, "front_desk", 20)
            for found, role in ((nurses, "nurse"), (front_desk, "front_desk")):
                rows.rows_of(session, found, 0)
                for item in found[-2:]:
                    case(session, item, Me(0, 0, "", role, ""))

    def close(self) -> None:
        self.door.close()
        self.carrier_server.stop()
        self.carrier.close()
        db.stop()
        settings.use(None)
        clock.use(None)


def furnish(database_url: str) -> None:
    """Make an empty database the practice's: its tables, itself, its location and provider, the dialogs in force."""
    given = house_settings(DATABASE_URL=database_url)
    sealing.start(given.data_keys.get_secret_value(), given.index_key.get_secret_value())
    clock.use(ObedientClock())
    db.start(database_url)
    schema.migrate()
    proved = versions.prove(None)
    with db.transaction("tests.set_up") as session:
        practice = Practice(name="Lakeside Clinic", time_zone=ZONE.key, quiet_until=time(8), quiet_from=time(20))
        session.add(practice)
        session.flush()
        session.add_all([
            Location(practice_id=practice.id, name="Main Street", time_zone=ZONE.key),
            Provider(name="Dr. Chen"),
            *(OpenHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7)),  # staffed round the clock
        ])  # fmt: skip
        session.add(GoAhead(practice_id=practice.id, basis="written", given_at=clock.now()))
        versions.activate(session, proved, "the tests")
    db.stop()
    clock.use(None)


def opened(given: Settings) -> Flask:
    """The application, started for these settings. Built once for a process, as in life: what it keeps is in the
    database or in the modules below it; `create_app` itself has its own tests."""
    app = _app()
    starting.start_door(given)
    app.wsgi_app = with_phone(MethodType(Flask.wsgi_app, app), given.twilio_api_base_url)  # type: ignore[method-assign, assignment]
    return app


@cache
def _app() -> Flask:
    return create_app(house_settings())


def house_settings(**changed: str) -> Settings:
    """Settings of a practice under test; `changed` wins."""
    return settings.load(house_environment(**changed))


def house_environment(**changed: str) -> dict[str, str]:
    """The same, as a process of its own has them."""
    return {
        "HANDRAIL_MODE": "demo",
        "DATABASE_URL": "sqlite:///nowhere.db",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PUBLIC_BASE_URL": "http://127.0.0.1:1",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:1",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": CLINIC,
        "PAGING_FROM": PAGING,
        "SECRET_KEY": "a secret key of the tests, long enough to be one",
        "DATA_KEYS": "k1:" + "5a" * 32,
        "INDEX_KEY": "an index key of the tests, long enough to be one",
        "ANCHOR_DIR": "anchors",
        "PRACTICE_PHONE": "+16085550100",
        **changed,
    }
