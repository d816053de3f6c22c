"""Faults of sending, delivering and reporting, switched on over HTTP and seen with the official client."""

import json
from datetime import timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from app.simulator.carrier import Carrier
from app.simulator.faults import Fault
from app.simulator.server import Running
from tests.carrier.conftest import ACCOUNT, OURS, TOKEN, Watch, client_for, send
from tests.carrier.control import Control
from tests.carrier.practice import Practice

ANA = "+15005550101"


@pytest.mark.parametrize(
    ("fault", "status", "code", "accepted"),
    [
        (Fault.TOO_MANY_REQUESTS, 429, 20429, 0),
        (Fault.ERROR_BEFORE_ACCEPT, 500, 20500, 0),
        (Fault.OPTED_OUT, 400, 21610, 0),
        (Fault.ERROR_AFTER_ACCEPT, 500, 20500, 1),
    ],
)
def test_an_error_may_hide_an_accepted_text(
    control: Control, client: Client, carrier: Carrier, fault: Fault, status: int, code: int, accepted: int
) -> None:
    control.switch(fault)
    with pytest.raises(TwilioRestException) as error:
        send(client)
    assert (error.value.status, error.value.code) == (status, code)
    truth = carrier.truth()
    assert (len(truth.accepted), [one.code for one in truth.refused]) == (accepted, [code] * (1 - accepted))
    assert [one.fault for one in truth.struck] == [fault]
    carrier.pump()
    assert carrier.handset(ANA).reads() == ["Hello"] * accepted
    assert send(client, "again").sid


@pytest.mark.parametrize(
    ("fault", "error", "accepted"),
    [
        (Fault.READ_TIMEOUT, requests.exceptions.ReadTimeout, 1),
        (Fault.TRUNCATED_ANSWER, json.JSONDecodeError, 1),
        (Fault.RESET_AFTER_ACCEPT, requests.exceptions.ConnectionError, 1),
        (Fault.RESET_BEFORE_ACCEPT, requests.exceptions.ConnectionError, 0),
    ],
)
def test_no_readable_answer_may_hide_an_accepted_text(
    control: Control, running: Running, carrier: Carrier, fault: Fault, error: type[Exception], accepted: int
) -> None:
    client = client_for(running, ACCOUNT, TOKEN, TwilioHttpClient(timeout=0.5))
    control.switch(fault)
    with pytest.raises(error):
        send(client)
    truth = carrier.truth()
    assert (len(truth.accepted), [one.code for one in truth.refused]) == (accepted, [None] * (1 - accepted))
    assert send(client, "again").sid


def test_a_reset_is_a_reset(control: Control, running: Running) -> None:
    control.switch(Fault.RESET_AFTER_ACCEPT)
    address = f"{running.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    with pytest.raises(requests.exceptions.ConnectionError, match="reset by peer"):
        requests.post(address, {"To": ANA, "From": OURS, "Body": "Hello"}, auth=(ACCOUNT, TOKEN), timeout=5)


@pytest.mark.parametrize(
    ("fault", "callbacks"),
    [
        (Fault.OPTED_OUT_LATER, [("failed", "21610")]),
        (Fault.UNREACHABLE, [("sent", ""), ("undelivered", "30003")]),
        (Fault.UNKNOWN_NUMBER, [("sent", ""), ("undelivered", "30005")]),
        (Fault.LANDLINE, [("sent", ""), ("undelivered", "30006")]),
        (Fault.FILTERED, [("sent", ""), ("undelivered", "30007")]),
        (Fault.UNREGISTERED, [("sent", ""), ("undelivered", "30034")]),
    ],
)
def test_a_text_that_is_taken_and_does_not_arrive_says_why(
    control: Control, client: Client, carrier: Carrier, practice: Practice, fault: Fault,
    callbacks: list[tuple[str, str]],
) -> None:  # fmt: skip
    control.switch(fault)
    sent = send(client)
    assert sent.status == "queued"
    carrier.pump()
    assert practice.callbacks() == callbacks
    fetched = client.messages(sent.sid).fetch()
    assert (fetched.status, str(fetched.error_code)) == callbacks[-1]
    assert carrier.handset(ANA).reads() == []
    send(client, "next")
    carrier.pump()
    assert carrier.handset(ANA).reads() == ["next"]


@pytest.mark.parametrize(
    ("fault", "at_once", "in_the_end"),
    [
        (Fault.REPORTS_LATE, [], ["sent", "delivered"]),
        (Fault.REPORTS_REVERSED, ["delivered", "sent"], ["delivered", "sent"]),
        (Fault.REPORTS_TWICE, ["sent", "sent", "delivered", "delivered"], ["sent", "sent", "delivered", "delivered"]),
        (Fault.REPORTS_LOST, [], []),
        (Fault.LAST_REPORT_LOST, ["sent"], ["sent"]),
    ],
)
def test_reports_go_astray_but_the_text_arrives(
    control: Control, client: Client, carrier: Carrier, practice: Practice, watch: Watch, fault: Fault,
    at_once: list[str], in_the_end: list[str],
) -> None:  # fmt: skip
    control.switch(fault)
    send(client)
    carrier.pump()
    assert carrier.handset(ANA).reads() == ["Hello"]
    assert [status for status, _ in practice.callbacks()] == at_once
    watch.forward(timedelta(seconds=60))
    carrier.pump()
    assert [status for status, _ in practice.callbacks()] == in_the_end
    truth = carrier.truth()
    assert [one.status for one in truth.callbacks] == in_the_end
    assert {"sent", "delivered"} - set(in_the_end) == {one.status for one in truth.lost}


def test_two_texts_of_one_fault_do_not_mix(
    control: Control, client: Client, carrier: Carrier, practice: Practice
) -> None:
    control.switch(Fault.REPORTS_REVERSED, times=2)
    sids = [send(client, body).sid for body in ("one", "two", "three")]
    carrier.pump()
    heard = [(one.form["MessageSid"], one.form["MessageStatus"]) for one in practice.heard]
    assert [status for sid, status in heard if sid == sids[0]] == ["delivered", "sent"]
    assert [status for sid, status in heard if sid == sids[1]] == ["delivered", "sent"]
    assert [status for sid, status in heard if sid == sids[2]] == ["sent", "delivered"]


def test_a_report_of_a_deleted_text_is_never_posted(
    control: Control, client: Client, carrier: Carrier, practice: Practice, watch: Watch
) -> None:
    control.switch(Fault.REPORTS_LATE)
    sent = send(client)
    carrier.pump()
    client.messages(sent.sid).delete()
    watch.forward(timedelta(minutes=2))
    carrier.pump()
    assert practice.heard == []
    assert [(one.sid, one.status) for one in carrier.truth().lost] == [(sent.sid, "sent"), (sent.sid, "delivered")]
