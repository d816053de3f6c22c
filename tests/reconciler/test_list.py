"""The carrier's list by way of the official client, with its traps (TWILIO 6.2, 6.3)."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from app.messaging import gateway as gateways
from app.messaging.answers import Listed, ListUnreadable
from app.messaging.gateway import Gateway
from app.simulator.faults import Fault
from app.watchers import sweeper
from tests.house import ACCOUNT, CLINIC, House, house_settings
from tests.people import ANAS, ROSAS, Person, phone
from tests.reconciler.carrier import PHOTO
from tests.sending.outbox import write

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What the carrier says has nothing to do with the database."""


def bodies(texts: Any) -> list[str]:
    return [text.body for text in texts]


@on_sqlite
def test_what_a_listed_text_holds(house: House, ana: Person) -> None:
    sid = ana.handset.texts("look", media=[PHOTO, PHOTO])
    (listed,) = house.gateway.texts_of(to=CLINIC)
    at = house.clock().replace(microsecond=0)
    assert listed == Listed(sid, "inbound", ANAS, CLINIC, "look", 2, "received", "", at)
    house.work()
    ana.reads("A nurse will read")
    (answer,) = house.gateway.texts_of(to=ANAS)
    assert (answer.direction, answer.sender, answer.status) == ("outbound-api", CLINIC, "delivered")


@on_sqlite
def test_pages_are_followed_by_the_carriers_own_addresses(
    house: House, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that arrives meanwhile moves nothing over the edge of a page."""
    monkeypatch.setattr(gateways, "PAGE", 3)
    for number in range(7):
        ana.handset.texts(f"hello {number}")
    listing = house.gateway.texts_of(to=CLINIC)
    seen = [next(listing).body]
    phone(house, ROSAS).handset.texts("meanwhile")
    seen += bodies(listing)
    assert seen == [f"hello {number}" for number in range(6, -1, -1)]
    house.work()
    ana.handset.reads()


@on_sqlite
def test_a_date_of_any_zone_is_asked_for_as_the_same_instant(house: House, ana: Person) -> None:
    """The client would write the wall clock of Chicago and call it UTC: six hours of texts too many, or none."""
    ana.handset.texts("early")
    house.clock.passes(hours=1)
    now = house.clock()
    ana.handset.texts("late")
    for zone in ("America/Chicago", "UTC", "Asia/Kolkata"):
        since = (now - timedelta(minutes=1)).astimezone(ZoneInfo(zone))
        assert bodies(house.gateway.texts_of(to=CLINIC, since=since)) == ["late"], zone
    house.work()
    ana.handset.reads()


@on_sqlite
def test_with_a_date_a_text_that_was_not_sent_yet_is_missing(house: House, ana: Person) -> None:
    write(house, ANAS, "reply")
    sweeper.sweep(house.gateway, house.settings)
    assert bodies(house.gateway.texts_of(to=ANAS)) == ["Hello"]
    assert bodies(house.gateway.texts_of(to=ANAS, since=house.clock() - timedelta(hours=1))) == []
    house.work()
    ana.reads("Hello")


@on_sqlite
def test_a_page_that_fails_half_way_leaves_what_came_before_it(house: House, ana: Person) -> None:
    for number in range(4):
        ana.handset.texts(f"hello {number}")
    house.carrier.faults.arm(Fault.LIST_BROKEN)
    listing = house.gateway.texts_of(to=CLINIC)
    assert [next(listing).body, next(listing).body] == ["hello 3", "hello 2"]
    with pytest.raises(ListUnreadable, match="status_5"):
        next(listing)
    house.work()
    ana.handset.reads()


# --- A carrier that misbehaves in ways the stand-in does not ---------------------------------------------------------


class Strange:
    """An address that answers every listing as it is told."""

    def __init__(self) -> None:
        self.answer: Response = Response("", 500)
        self.asked: list[dict[str, str]] = []
        app = Flask(__name__)
        app.add_url_rule("/<path:_>", view_func=self._take)
        self._app = app
        self._server = make_server("127.0.0.1", 0, app, threaded=True)

    def _take(self, _: str) -> Response:
        self.asked.append(request.args.to_dict())
        return self.answer

    def page(self, *messages: dict[str, Any], following: str | None = None) -> None:
        with self._app.app_context():
            self.answer = jsonify(messages=list(messages), next_page_uri=following, page=0, page_size=50)


@pytest.fixture
def strange() -> Iterator[Strange]:
    strange = Strange()
    thread = threading.Thread(target=strange._server.serve_forever, args=(0.02,))
    thread.start()
    yield strange
    strange._server.shutdown()
    thread.join()
    strange._server.server_close()


def listing(strange: Strange) -> list[Listed]:
    address = f"http://127.0.0.1:{strange._server.server_port}"
    return list(Gateway(house_settings(TWILIO_API_BASE_URL=address)).texts_of(to=CLINIC))


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [(500, "", "status_500"), (503, "<html>", "status_503"), (429, '{"code": 20429}', "status_429"),
     (401, '{"code": 20003}', "status_401"), (302, "", "status_302"), (200, "", "unreadable_answer"),
     (200, '{"messages": [{"sid": "SM', "unreadable_answer"), (200, "[]", "unreadable_answer"),
     (200, '{"neither": 1, "nor": 2}', "status_None"), (200, '{"messages": [null]}', "unreadable_answer")],
)  # fmt: skip
def test_every_failure_is_one_kind_of_failure(strange: Strange, status: int, body: str, word: str) -> None:
    """Lists raise the client's plainest error, or any other; none may pass for an empty list."""
    strange.answer = Response(body, status, content_type="application/json")
    with pytest.raises(ListUnreadable, match=f"^{word}$"):
        listing(strange)


def test_nobody_there_is_a_failure_too() -> None:
    with pytest.raises(ListUnreadable, match="ConnectionError"):
        list(Gateway(house_settings()).texts_of(to=CLINIC))


def test_a_list_without_an_end_is_given_up(strange: Strange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "MOST_PAGES", 5)
    strange.page(following=f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageToken=again")
    with pytest.raises(ListUnreadable, match="endless"):
        listing(strange)
    assert len(strange.asked) == 6
    assert strange.asked[1] == {"PageToken": "again"}


def test_a_message_with_nothing_in_it_is_listed_as_it_is(strange: Strange) -> None:
    """What is missing is missing; the reconciler and a person make of it what they can."""
    strange.page({"sid": "SM1", "direction": "inbound", "body": None, "num_media": None, "from": None, "to": CLINIC})
    (listed,) = listing(strange)
    assert (listed.body, listed.sender, listed.media_count, listed.error_code, listed.created) == ("", "", 0, "", None)


def test_dates_are_instants_in_utc(strange: Strange) -> None:
    strange.page(
        {"sid": "SM1", "direction": "inbound", "to": CLINIC, "date_created": "Mon, 23 Nov 2026 16:00:05 +0000"}
    )
    assert listing(strange)[0].created == datetime.fromisoformat("2026-11-23T16:00:05+00:00")
