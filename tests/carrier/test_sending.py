"""The official client creates, fetches, lists, redacts and deletes texts at the stand-in."""

import re
from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.simulator.carrier import Carrier
from app.simulator.server import Running
from tests.carrier.conftest import ACCOUNT, OURS, PAGER, PUBLIC, TOKEN, Watch, client_for
from tests.carrier.practice import Practice

ANA = "+15005550101"
ROSA = "+15005550102"


def refusal(client: Client, **changes: object) -> TwilioRestException:
    """The error that a text with these changes meets."""
    text = {"to": ANA, "from_": OURS, "body": "Hello"} | changes
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**text)
    return refused.value


def test_a_text_is_queued_then_sent_then_delivered(client: Client, carrier: Carrier) -> None:
    ana = carrier.handset(ANA)
    created = client.messages.create(to=ANA, from_=OURS, body="See you Tuesday at 3 pm.")
    assert re.fullmatch(r"SM[0-9a-f]{32}", created.sid or "")
    assert (created.status, created.direction, created.date_sent) == ("queued", "outbound-api", None)
    assert (created.num_segments, created.num_media, created.error_code) == ("1", "0", None)
    assert ana.reads() == []

    carrier.pump()

    fetched = client.messages(created.sid).fetch()
    assert (fetched.status, fetched.body, fetched.to) == ("delivered", "See you Tuesday at 3 pm.", ANA)
    assert fetched.date_sent is not None
    assert fetched.date_sent >= created.date_created
    assert ana.reads() == ["See you Tuesday at 3 pm."]
    assert ana.reads() == []


def test_callbacks_come_signed_and_in_order_to_the_address_of_the_text(
    client: Client, carrier: Carrier, practice: Practice
) -> None:
    created = client.messages.create(
        to=ANA, from_=OURS, body="Hello", status_callback=f"{PUBLIC}/twilio/status?m=opaque%7E1"
    )
    assert practice.heard == []
    carrier.pump()
    assert practice.callbacks() == [("sent", ""), ("delivered", "")]
    last = practice.heard[-1]
    assert last.target == "/twilio/status?m=opaque%7E1"
    assert last.form["MessageSid"] == last.form["SmsSid"] == created.sid
    assert re.fullmatch(r"\d{10}", last.form["RawDlrDoneDate"])
    assert "RawDlrDoneDate" not in practice.heard[0].form


def test_a_callback_that_nobody_takes_holds_up_no_text(client: Client, carrier: Carrier, practice: Practice) -> None:
    carrier.account.reach_at = "http://127.0.0.1:9"
    for body in ("one", "two"):
        client.messages.create(to=ANA, from_=OURS, body=body, status_callback=f"{PUBLIC}/twilio/status")
    carrier.pump()
    assert carrier.handset(ANA).reads() == ["one", "two"]
    missed = carrier.truth().callbacks
    assert [one.status for one in missed] == 2 * ["sent", "sent", "delivered", "delivered"]
    assert {one.http for one in missed} == {None}
    assert all("could not be reached" in one.problem for one in missed)


@pytest.mark.parametrize(("kind", "code"), [("landline", 30006), ("dead", 30005), ("off", 30003)])
def test_a_handset_that_cannot_be_reached_says_why(
    client: Client, carrier: Carrier, practice: Practice, kind: str, code: int
) -> None:
    handset = carrier.handset(ANA, kind=kind)
    created = client.messages.create(to=ANA, from_=OURS, body="Hello", status_callback=f"{PUBLIC}/twilio/status")
    carrier.pump()
    assert practice.callbacks() == [("sent", ""), ("undelivered", str(code))]
    assert client.messages(created.sid).fetch().error_code == code
    assert handset.reads() == []


def test_a_text_that_waited_too_long_is_never_delivered(client: Client, carrier: Carrier, watch: Watch) -> None:
    kept = client.messages.create(to=ANA, from_=OURS, body="in time", validity_period=600)
    late = client.messages.create(to=ANA, from_=OURS, body="too late", validity_period=60)
    watch.forward(timedelta(seconds=60))
    carrier.pump()
    assert carrier.handset(ANA).reads() == ["in time"]
    assert client.messages(kept.sid).fetch().status == "delivered"
    expired = client.messages(late.sid).fetch()
    assert (expired.status, expired.error_code) == ("failed", 30036)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "+1500555"}, 21211),
        ({"to": "Ana"}, 21211),
        ({"from_": "+15005550999"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"to": OURS}, 21266),
        *(
            ({"status_callback": address}, 21609)
            for address in (
                "handrail.test/status",
                "https://[",
                "https://a.test:99999/",
                "https:///x",
                "https://ñ.test",
            )
        ),
        ({"media_url": ["https://a.test/1.jpg", "file:///etc/hosts"]}, 21620),
        ({"media_url": ["https://a.test/1.jpg"] * 11}, 21623),
        ({"validity_period": 36_001}, 20001),
        ({"send_at": "2026-03-02T09:00:00Z", "schedule_type": "fixed"}, 20001),
    ],
)
def test_what_the_carrier_refuses(client: Client, carrier: Carrier, changes: dict[str, object], code: int) -> None:
    error = refusal(client, **changes)
    assert (error.code, error.status) == (code, 400)
    assert client.messages.list() == []


def test_only_the_account_and_its_keys_may_send(running: Running, client: Client) -> None:
    stranger = refusal(client_for(running, ACCOUNT, "wrong"))
    assert (stranger.code, stranger.status) == (20003, 401)
    assert refusal(client_for(running, "SK1", "wrong")).code == 20003
    assert client_for(running, "SK1", "the secret of the key").messages.create(to=ANA, from_=OURS, body="Hi").sid
    other = Client(ACCOUNT, TOKEN, account_sid="AC" + "0" * 31 + "2")
    other.api.base_url = running.url
    assert refusal(other).code == 20003


def test_the_list_is_newest_first_filtered_and_paged(client: Client, carrier: Carrier, watch: Watch) -> None:
    sids = []
    for number in range(7):
        sids.append(client.messages.create(to=ROSA if number == 3 else ANA, from_=OURS, body=str(number)).sid)
        carrier.pump()
        watch.forward(timedelta(hours=12))
    queued = client.messages.create(to=ANA, from_=PAGER, body="queued").sid

    assert [text.sid for text in client.messages.list(page_size=3)] == [queued, *reversed(sids)]
    assert [text.body for text in client.messages.list(to=ROSA)] == ["3"]
    assert [text.sid for text in client.messages.list(from_=PAGER)] == [queued]
    third = watch.time - timedelta(hours=12 * 5)
    assert [text.body for text in client.messages.list(date_sent_after=third)] == ["6", "5", "4", "3", "2"]
    assert [text.body for text in client.messages.list(date_sent_before=third)] == ["2", "1", "0"]
    assert [text.body for text in client.messages.list(date_sent=third.date())] == ["2", "1"]
    with pytest.raises(TwilioException):
        client.messages.list(date_sent="yesterday")


def test_date_filters_know_whole_seconds(client: Client, carrier: Carrier, watch: Watch) -> None:
    watch.forward(timedelta(milliseconds=700))
    client.messages.create(to=ANA, from_=OURS, body="within the second")
    carrier.pump()
    for bound in ("date_sent_before", "date_sent_after"):
        assert len(client.messages.list(**{bound: watch.time})) == 1, bound


def test_redacting_empties_the_carriers_copy_but_not_the_handset(client: Client, carrier: Carrier) -> None:
    created = client.messages.create(to=ANA, from_=OURS, body="See you.")
    with pytest.raises(TwilioRestException) as refused:
        client.messages(created.sid).update(body="")
    assert (refused.value.code, refused.value.status) == (20009, 409)
    carrier.pump()
    assert client.messages(created.sid).update(body="").body == ""
    assert client.messages(created.sid).fetch().body == ""
    assert carrier.handset(ANA).reads() == ["See you."]
    with pytest.raises(TwilioRestException) as refused:
        client.messages(created.sid).update(body="Other words")
    assert refused.value.code == 20001


def test_a_deleted_text_is_gone(client: Client, carrier: Carrier) -> None:
    created = client.messages.create(to=ANA, from_=OURS, body="See you.")
    carrier.pump()
    assert client.messages(created.sid).delete()
    with pytest.raises(TwilioRestException) as missing:
        client.messages(created.sid).fetch()
    assert (missing.value.code, missing.value.status) == (20404, 404)
