"""Faults of the message list, switched on over HTTP and seen with the official client."""

import re
from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from app.simulator.carrier import Carrier
from app.simulator.faults import Fault
from app.simulator.server import Running
from tests.carrier.conftest import OURS, Watch, send
from tests.carrier.control import Control
from tests.carrier.practice import Practice

ANA = "+15005550101"


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
    assert practice.bodies() == ["my words"]
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


def test_a_list_that_has_begun_does_not_break_any_more(control: Control, client: Client, carrier: Carrier) -> None:
    for number in range(4):
        carrier.handset(ANA).texts(str(number))
    first = client.messages.page(page_size=2)
    control.switch(Fault.LIST_BROKEN)
    assert [row.body for row in first.next_page()] == ["1", "0"]
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
