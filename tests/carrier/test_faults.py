"""Every fault, switched on over HTTP and seen from the practice's side: the official client and a real webhook."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from app.simulator.carrier import Carrier
from app.simulator.faults import Fault
from app.simulator.server import Running
from tests.carrier.conftest import ACCOUNT, OURS, PUBLIC, TOKEN, Watch, client_for
from tests.carrier.control import Control
from tests.carrier.practice import Practice

ANA, ROSA = "+15005550101", "+15005550102"


def send(client: Client, body: str = "Hello", to: str = ANA) -> Any:
    return client.messages.create(to=to, from_=OURS, body=body, status_callback=f"{PUBLIC}/twilio/status?m=1")


def bodies(practice: Practice) -> list[str]:
    return [heard.form["Body"] for heard in practice.texts()]


# --- Texts from patients --------------------------------------------------------------------------------------------


def test_a_text_arrives_twice_as_the_same_request(control: Control, carrier: Carrier, practice: Practice) -> None:
    control.switch(Fault.INBOUND_TWICE)
    sid = carrier.handset(ANA).texts("hello")
    first, second = practice.texts()
    assert first.form == second.form
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
    carrier.redeliver(sid)
    assert practice.texts()[2].form == first.form
    assert practice.texts()[2].headers["I-Twilio-Idempotency-Token"] != first.headers["I-Twilio-Idempotency-Token"]
    carrier.handset(ANA).texts("once")
    assert bodies(practice) == ["hello", "hello", "hello", "once"]
    assert [text.body for text in carrier.truth().inbound] == ["hello", "once"]
    assert len(carrier.truth().webhooks) == 4


def test_the_second_copy_may_come_days_later(
    control: Control, carrier: Carrier, practice: Practice, watch: Watch
) -> None:
    control.switch(Fault.INBOUND_TWICE, seconds=48 * 3600)
    carrier.handset(ANA).texts("hello")
    carrier.pump()
    assert bodies(practice) == ["hello"]
    watch.forward(timedelta(hours=48))
    carrier.pump()
    assert bodies(practice) == ["hello", "hello"]


def test_a_text_is_overtaken_by_the_same_persons_next(
    control: Control, carrier: Carrier, practice: Practice, watch: Watch
) -> None:
    control.switch(Fault.INBOUND_OVERTAKEN)
    ana = carrier.handset(ANA)
    ana.texts("my chest")
    carrier.handset(ROSA).texts("hola")
    ana.texts("hurts")
    assert bodies(practice) == ["hola", "hurts", "my chest"]
    carrier.pump()
    assert len(practice.texts()) == 3


def test_what_nothing_overtakes_comes_after_a_minute(
    control: Control, carrier: Carrier, practice: Practice, watch: Watch
) -> None:
    control.switch(Fault.INBOUND_OVERTAKEN)
    sid = carrier.handset(ANA).texts("my chest")
    watch.forward(timedelta(seconds=59))
    assert carrier.pump() == 0
    watch.forward(timedelta(seconds=1))
    assert carrier.pump() == 1
    assert bodies(practice) == ["my chest"]
    assert carrier.attempts(sid)[-1].problem == ""


def test_a_late_text_comes_when_its_time_is_over_restart_or_not(
    control: Control, carrier: Carrier, practice: Practice, watch: Watch, open_carrier: Any
) -> None:
    control.switch(Fault.INBOUND_LATE, seconds=90)
    sid = carrier.handset(ANA).texts("hello")
    carrier.pump()
    assert practice.texts() == []
    again = open_carrier()
    watch.forward(timedelta(seconds=90))
    again.pump()
    assert [heard.form["MessageSid"] for heard in practice.texts()] == [sid]
    again.pump()
    assert len(practice.texts()) == 1


def test_a_lost_text_stands_only_in_the_list(
    control: Control, client: Client, carrier: Carrier, practice: Practice, watch: Watch, open_carrier: Any
) -> None:
    control.switch(Fault.INBOUND_LOST)
    sid = carrier.handset(ANA).texts("hello")
    watch.forward(timedelta(days=2))
    carrier.pump()
    assert practice.heard == []
    [row] = client.messages.list(to=OURS)
    assert (row.sid, row.body, row.status, row.direction) == (sid, "hello", "received", "inbound")
    assert [lost.sid for lost in carrier.truth().lost] == [sid]
    assert open_carrier().attempts(sid) == []


# --- Handing a text to the carrier ----------------------------------------------------------------------------------


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


# --- Delivering a text, and reporting it ----------------------------------------------------------------------------


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


# --- The carrier's list ---------------------------------------------------------------------------------------------


def test_the_list_lags_but_fetching_does_not(control: Control, client: Client, carrier: Carrier, watch: Watch) -> None:
    control.switch(Fault.LIST_LATE, times=2)
    inbound, outbound = carrier.handset(ANA).texts("hello"), send(client).sid
    seen_at_once = send(client, "no lag").sid
    assert [row.sid for row in client.messages.list()] == [seen_at_once]
    assert client.messages(outbound).fetch().sid == outbound
    watch.forward(timedelta(seconds=29))
    assert [row.sid for row in client.messages.list()] == [seen_at_once]
    watch.forward(timedelta(seconds=1))
    assert {row.sid for row in client.messages.list()} == {seen_at_once, outbound, inbound}


def test_redacted_rows_have_no_words_and_no_whole_number(
    control: Control, client: Client, carrier: Carrier, practice: Practice
) -> None:
    control.switch(Fault.LIST_REDACTED, times=2)
    carrier.handset(ANA).texts("my words")
    sid = send(client, "our words").sid
    assert client.messages(sid).fetch().body == "our words", "a text on its way is redacted when it has arrived"
    carrier.pump()
    rows = {row.direction: row for row in client.messages.list()}
    assert [(row.body, row.from_, row.to) for row in (rows["inbound"], rows["outbound-api"])] == [
        ("", "+1500555XXXX", OURS), ("", OURS, "+1500555XXXX"),
    ]  # fmt: skip
    assert client.messages(sid).fetch().to == "+1500555XXXX"
    assert client.messages.list(to=ANA) == []
    assert bodies(practice) == ["my words"]
    assert carrier.handset(ANA).reads() == ["our words"]


@pytest.mark.parametrize("texts", [1, 2, 5])
def test_the_list_breaks_off_half_way(control: Control, client: Client, carrier: Carrier, texts: int) -> None:
    for number in range(texts):
        carrier.handset(ANA).texts(str(number))
    control.switch(Fault.LIST_BROKEN)
    seen: list[str] = []
    with pytest.raises(TwilioException, match="HTTP 500"):
        seen.extend(row.body for row in client.messages.stream())
    assert 0 < len(seen) <= max(texts // 2, 1)
    assert len(client.messages.list()) == texts


def test_an_empty_list_cannot_break(control: Control, client: Client) -> None:
    control.switch(Fault.LIST_BROKEN)
    assert client.messages.list() == []
    assert control.on() == {"list_broken": 1}


def test_a_page_after_a_deleted_text_is_an_error_and_no_new_beginning(
    client: Client, carrier: Carrier, running: Running
) -> None:
    sids = [carrier.handset(ANA).texts(str(number)) for number in range(4)]
    first = client.messages.page(page_size=2)
    client.messages(sids[2]).delete()
    with pytest.raises(TwilioException):
        first.next_page()


def test_the_ledger_knows_who_was_struck(control: Control, client: Client, carrier: Carrier) -> None:
    control.switch(Fault.LIST_LATE, times=None, chance=0.5, seed=3)
    control.switch(Fault.FILTERED)
    sids = [send(client, str(number)).sid for number in range(20)]
    struck = carrier.truth().struck
    assert {one.sid for one in struck} <= set(sids)
    assert [one.sid for one in struck if one.fault is Fault.FILTERED] == sids[:1]
    late = [one for one in struck if one.fault is Fault.LIST_LATE]
    assert 4 < len(late) < 16
    assert {one.seconds for one in late} == {30}
    assert all(re.fullmatch(r"SM[0-9a-f]{32}", one.sid or "") for one in struck)
