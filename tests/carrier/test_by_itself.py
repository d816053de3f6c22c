"""The carrier running by itself: believable delays, and one report that hangs does not keep the others."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import request
from twilio.rest import Client

from app.simulator.carrier import Carrier
from app.simulator.faults import Fault
from tests.carrier.conftest import OURS, PUBLIC
from tests.carrier.control import Control
from tests.carrier.practice import Practice

pytestmark = pytest.mark.slow
ANA, ROSA = "+15005550101", "+15005550102"


@pytest.fixture
def going(carrier: Carrier) -> Iterator[Carrier]:
    carrier.run()
    yield carrier
    carrier.close()


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def send(client: Client, to: str) -> None:
    client.messages.create(to=to, from_=OURS, body="Hello", status_callback=f"{PUBLIC}/twilio/status")


def test_reports_come_by_themselves_each_once_and_in_order(going: Carrier, client: Client, practice: Practice) -> None:
    for _ in range(5):
        send(client, ANA)
    eventually(lambda: len(practice.callbacks()) == 10)
    for text in going.truth().accepted:
        told = [one.form["MessageStatus"] for one in practice.heard if one.form["MessageSid"] == text.sid]
        assert told == ["sent", "delivered"]


def test_a_report_that_hangs_keeps_nobody_elses(going: Carrier, client: Client, practice: Practice) -> None:
    released = threading.Event()

    def hang() -> None:
        if request.form["To"] == ANA:
            released.wait(10)

    practice.before_answering = hang
    send(client, ANA)
    send(client, ROSA)

    def told() -> list[str]:
        return [one.form["MessageStatus"] for one in practice.heard if one.form["To"] == ROSA]

    eventually(lambda: told() == ["sent", "delivered"])
    assert going.handset(ANA).reads() == ["Hello"]
    released.set()
    eventually(lambda: len(practice.callbacks()) == 4)


def test_what_is_kept_back_comes_by_itself(going: Carrier, control: Control, practice: Practice) -> None:
    control.switch(Fault.INBOUND_LATE, seconds=1)
    going.handset(ANA).texts("hello")
    assert practice.texts() == []
    eventually(lambda: len(practice.texts()) == 1)
