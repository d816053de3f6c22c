"""Faults of a patient's text, switched on over HTTP and seen at the practice's webhook."""

from datetime import timedelta
from typing import Any

from twilio.rest import Client

from app.simulator.carrier import Carrier
from app.simulator.faults import Fault
from tests.carrier.conftest import OURS, Watch
from tests.carrier.control import Control
from tests.carrier.practice import Practice

ANA, ROSA = "+15005550101", "+15005550102"


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
    assert practice.bodies() == ["hello", "hello", "hello", "once"]
    assert [text.body for text in carrier.truth().inbound] == ["hello", "once"]
    assert len(carrier.truth().webhooks) == 4


def test_the_second_copy_may_come_days_later(
    control: Control, carrier: Carrier, practice: Practice, watch: Watch
) -> None:
    control.switch(Fault.INBOUND_TWICE, seconds=48 * 3600)
    carrier.handset(ANA).texts("hello")
    carrier.pump()
    assert practice.bodies() == ["hello"]
    watch.forward(timedelta(hours=48))
    carrier.pump()
    assert practice.bodies() == ["hello", "hello"]


def test_a_text_is_overtaken_by_the_same_persons_next(
    control: Control, carrier: Carrier, practice: Practice, watch: Watch
) -> None:
    control.switch(Fault.INBOUND_OVERTAKEN)
    ana = carrier.handset(ANA)
    ana.texts("my chest")
    carrier.handset(ROSA).texts("hola")
    ana.texts("hurts")
    assert practice.bodies() == ["hola", "hurts", "my chest"]
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
    assert practice.bodies() == ["my chest"]
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
