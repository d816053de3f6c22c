"""A practice, the stand-in carrier and the official client, all speaking real HTTP on this machine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.http import HttpClient
from twilio.rest import Client

from app import clock
from app.simulator.carrier import Carrier
from app.simulator.server import Running, serve
from tests.carrier.control import Control
from tests.carrier.practice import Practice

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "the token of the demo"
PUBLIC = "https://handrail.test"
OURS = "+15005550100"
PAGER = "+15005550199"


@pytest.fixture
def practice() -> Iterator[Practice]:
    practice = Practice()
    practice.start()
    yield practice
    practice.stop()


@pytest.fixture
def open_carrier(practice: Practice, tmp_path: Path) -> Iterator[Callable[[], Carrier]]:
    """Opens a carrier on the same ledger each time, closing the one before: a restart."""
    opened: list[Carrier] = []

    def open_one() -> Carrier:
        for carrier in opened:
            carrier.close()
        ledger = tmp_path / "ledger.jsonl"
        carrier = Carrier(
            ACCOUNT, TOKEN, f"{PUBLIC}/twilio/sms", numbers=[OURS, PAGER], ledger=ledger, reach_at=practice.url,
            api_keys={"SK1": "the secret of the key"}, time_zone="America/Chicago",
        )  # fmt: skip
        opened.append(carrier)
        return carrier

    yield open_one
    for carrier in opened:
        carrier.close()


@pytest.fixture
def carrier(open_carrier: Callable[[], Carrier]) -> Carrier:
    return open_carrier()


@pytest.fixture
def running(carrier: Carrier) -> Iterator[Running]:
    running = serve(carrier)
    yield running
    running.stop()


@pytest.fixture
def control(running: Running) -> Iterator[Control]:
    with requests.Session() as web:
        yield Control(running.url, web)


@pytest.fixture
def client(running: Running) -> Client:
    return client_for(running, ACCOUNT, TOKEN)


def client_for(running: Running, user: str, password: str, http: HttpClient | None = None) -> Client:
    """The official client pointed at the stand-in."""
    client = Client(user, password, account_sid=ACCOUNT, http_client=http)
    client.api.base_url = running.url
    return client


def send(client: Client, body: str = "Hello", to: str = "+15005550101") -> Any:
    """A text from the practice, with a status callback."""
    return client.messages.create(to=to, from_=OURS, body=body, status_callback=f"{PUBLIC}/twilio/status?m=1")


class Watch:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, span: timedelta) -> None:
        self.time += span


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    clock.use(watch)
    yield watch
    clock.use(None)
