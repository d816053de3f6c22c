"""The browser phone's address: strict headers, JSON only, everything the screen shows."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.test import Client as WsgiClient

from app.simulator.carrier import Carrier
from app.simulator.faults import MEANINGS, Fault
from app.simulator.mount import with_phone
from app.simulator.outbound import accept
from app.simulator.phone import dialled, shown
from app.simulator.server import Running
from tests.carrier.conftest import OURS
from tests.carrier.practice import Practice

ANA = "+15005550101"


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def view(web: requests.Session, running: Running, **query: object) -> Any:
    answer = web.get(f"{running.url}/phone/view", params={name: str(value) for name, value in query.items()})
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_the_screen_allows_nothing_inline(web: requests.Session, running: Running) -> None:
    answer = web.get(f"{running.url}/phone")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text
    for name in ("phone.js", "phone.css", "phone.svg"):
        assert f"/phone/static/{name}" in answer.text
    for name in ("phone.js", "phone.css", "phone.svg", "faults.js"):
        assert web.get(f"{running.url}/phone/static/{name}").status_code == 200


def test_the_view_shows_handsets_and_the_open_thread(
    web: requests.Session, running: Running, carrier: Carrier, practice: Practice
) -> None:
    ana = carrier.handset(ANA, label="Ana")
    carrier.handset("+525512345678", kind="off")
    ana.texts("hello")
    accept(carrier.books, to=ANA, sender=OURS, body="Hi Ana")
    carrier.pump()
    seen = view(web, running, open="h1")
    assert [(one["name"], one["number"], one["kind"]) for one in seen["handsets"]] == [
        ("Ana", "(500) 555-0101", "mobile"),
        ("+525512345678", "+525512345678", "off"),
    ]
    assert (seen["handsets"][0]["last"], seen["handsets"][0]["received"]) == ("Hi Ana", 1)
    assert [(line["mine"], line["body"], line["state"]) for line in seen["thread"]] == [
        (True, "hello", "delivered"),
        (False, "Hi Ana", "delivered"),
    ]
    assert view(web, running, open="h1", version=seen["version"]) == 204
    ana.texts("more")
    assert len(view(web, running, open="h1", version=seen["version"])["thread"]) == 3
    assert view(web, running, open="h9")["thread"] == []


def test_a_text_is_on_the_screen_while_the_practice_is_still_thinking(
    web: requests.Session, running: Running, carrier: Carrier, practice: Practice
) -> None:
    carrier.handset(ANA)
    states: list[str] = []
    practice.before_answering = lambda: states.append(view(web, running, open="h1")["thread"][0]["state"])
    requests.post(f"{running.url}/phone/texts", json={"handset": "h1", "body": "hello"}, timeout=5)
    assert states == ["sending"]


def test_sending_from_the_screen(web: requests.Session, running: Running, carrier: Carrier, practice: Practice) -> None:
    carrier.handset(ANA)
    address = f"{running.url}/phone/texts"
    assert web.post(address, json={"handset": "h1", "body": "hello"}).json()["problem"] == ""
    assert web.post(address, json={"handset": "h1", "body": "", "photo": True}).ok
    assert [heard.form["NumMedia"] for heard in practice.texts()] == ["0", "1"]
    practice.answer = ("", 503, "text/html")
    assert "error (503)" in web.post(address, json={"handset": "h1", "body": "hello"}).json()["problem"]
    line = view(web, running, open="h1")["thread"][-1]
    assert (line["state"], "error (503)" in line["problem"]) == ("failed", True)


@pytest.mark.parametrize("fault", [Fault.INBOUND_LATE, Fault.INBOUND_LOST, Fault.INBOUND_OVERTAKEN])
def test_a_text_that_is_kept_back_says_so(
    web: requests.Session, running: Running, carrier: Carrier, practice: Practice, fault: Fault
) -> None:
    carrier.handset(ANA)
    web.put(f"{running.url}/phone/faults/{fault}", json={})
    assert [one["name"] for one in view(web, running)["faults"]] == [fault]
    answer = web.post(f"{running.url}/phone/texts", json={"handset": "h1", "body": "hello"})
    assert (answer.status_code, answer.json()["problem"]) == (200, "")
    seen = view(web, running, open="h1")
    assert seen["faults"] == []
    [line] = seen["thread"]
    assert (line["state"], line["problem"]) == ("kept", MEANINGS[fault].sentence)


def test_switching_shows_on_every_open_screen(web: requests.Session, running: Running, carrier: Carrier) -> None:
    version = view(web, running)["version"]
    web.put(f"{running.url}/phone/faults/landline", json={})
    version_after = view(web, running, version=version)["version"]
    web.delete(f"{running.url}/phone/faults")
    assert view(web, running, version=version_after)["faults"] == []


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ({"json": {"handset": "h9", "body": "hello"}}, 404),
        ({"json": {"handset": "h1", "body": ""}}, 400),
        ({"json": {"handset": "h1", "body": "x" * 1601}}, 400),
        ({"json": ["h1"]}, 400),
        ({"data": {"handset": "h1", "body": "hello"}}, 415),
    ],
)
def test_what_the_screen_may_not_send(
    web: requests.Session, running: Running, carrier: Carrier, practice: Practice, what: Any, status: int
) -> None:
    carrier.handset(ANA)
    answer = web.post(f"{running.url}/phone/texts", **what)
    assert answer.status_code == status
    assert answer.json()["problem"].endswith(".")
    assert practice.heard == []


def test_a_new_phone_has_any_number(web: requests.Session, running: Running, carrier: Carrier) -> None:
    address = f"{running.url}/phone/handsets"
    added = web.post(address, json={"number": "(415) 555-0123", "label": " Lee ", "kind": "landline"})
    assert (added.status_code, added.json()) == (201, {"id": "h1"})
    facts = carrier.handset("+14155550123").facts
    assert (facts.label, facts.kind) == ("Lee", "landline")
    assert web.post(address, json={"number": "415 555 0123"}).json() == {"id": "h1"}
    assert carrier.handset("+14155550123").facts.label == "Lee"
    for number in ("12", "Ana", OURS):
        assert web.post(address, json={"number": number}).status_code == 400
    assert web.post(address, json={"number": "4155550199", "kind": "toaster"}).status_code == 400


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(415) 555-0123", "+14155550123"),
        ("1-415-555-0123", "+14155550123"),
        ("+52 55 1234 5678", "+525512345678"),
        ("123", None),
        ("0155550123", None),
        ("", None),
    ],
)
def test_numbers_as_people_dial_them(text: str, number: str | None) -> None:
    assert dialled(text) == number


def test_numbers_as_people_read_them() -> None:
    assert shown("+14155550123") == "(415) 555-0123"
    assert shown("+525512345678") == "+525512345678"


def test_the_phone_is_mounted_in_front_of_the_app(running: Running, carrier: Carrier, practice: Practice) -> None:
    front = WsgiClient(with_phone(_the_app, running.url))
    carrier.handset(ANA)
    page = front.get("/phone")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert front.post("/phone/texts", json={"handset": "h1", "body": "¿Sí?"}).status_code == 200
    assert front.put("/phone/faults/landline", json={}).get_json()["on"]["left"] == 1
    assert front.delete("/phone/faults/landline").get_json()["on"] is None
    assert front.get("/phone/view?open=h1").get_json()["thread"][0]["body"] == "¿Sí?"
    for elsewhere in ("/", "/phones", "/desk?x=/phone", "/2010-04-01/Accounts/x/Messages.json", "/healthz"):
        assert front.get(elsewhere).text == "the app"


def test_without_the_carrier_the_phone_says_so() -> None:
    answer = WsgiClient(with_phone(_the_app, "http://127.0.0.1:9")).get("/phone")
    assert answer.status_code == 502
    assert "not running" in answer.text


@pytest.mark.parametrize("url", ["https://api.twilio.com", "http://10.0.0.1:4010", "http://127.0.0.1.test:4010", ""])
def test_nothing_but_a_carrier_on_this_machine_is_mounted(url: str) -> None:
    with pytest.raises(ValueError, match="127"):
        with_phone(_the_app, url)


def _the_app(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"the app"]
