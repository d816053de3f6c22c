"""Live pages: told within a moment, by topic names alone, never more streams than threads allow."""

import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
import redis

from app import db, queue
from app.web import live
from tests.house import House
from tests.people import STRANGERS, Person, phone
from tests.servers.valkey import Valkey
from tests.web.browsing import Browser, signed_in

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def own_ear(monkeypatch: pytest.MonkeyPatch) -> live.Ear:
    """An ear of this test's own, on this test's Redis."""
    ear = live.Ear()
    monkeypatch.setattr(live, "ear", ear)
    return ear


def opens_stream(house: House, at_desk: Browser) -> HTTPResponse:
    cookie = at_desk.client.get_cookie("handrail")
    assert cookie is not None
    request = urllib.request.Request(f"{house.door.url}/live", headers={"Cookie": f"handrail={cookie.value}"})
    answer = urllib.request.urlopen(request, timeout=10)
    assert isinstance(answer, HTTPResponse)
    return answer


def _says(valkey: Valkey, *command: str) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        client.execute_command(*command)


def events(stream: HTTPResponse) -> Iterator[str]:
    """The names of the events as they come."""
    for line in stream:
        if line.startswith(b"event: "):
            yield line.removeprefix(b"event: ").decode().strip()


@pytest.mark.usefixtures("own_ear")
def test_an_open_page_hears_of_new_words_with_nothing_of_theirs(house: House, ana: Person) -> None:
    nora = signed_in(house, "nora", "nurse")
    with opens_stream(house, nora) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["X-Accel-Buffering"] == "no"
        heard = events(stream)
        begun = time.monotonic()
        ana.texts("my knee is swollen since yesterday")
        assert next(heard) == "nurses"
        assert time.monotonic() - begun < 2
        assert stream.readline() == b"id: 1\n"
        assert stream.readline() == b"data: nurses\n"
        nora.posts("/desk/items/1/claim")
        assert next(heard) == "nurses"
    ana.reads("A nurse")


@pytest.mark.usefixtures("own_ear")
def test_an_open_page_hears_that_a_number_may_be_texted_no_more_or_again(house: House, ana: Person) -> None:
    """Somebody may be writing to it just now."""
    fran = signed_in(house, "fran", "front_desk")
    with opens_stream(house, fran) as stream:
        heard = events(stream)
        for words in ("STOP", "START"):
            ana.texts(words)
            assert next(heard) == "front_desk", words
    ana.handset.reads()


@pytest.mark.usefixtures("own_ear")
def test_the_front_desk_hears_of_its_own_list_only(house: House) -> None:
    fran = signed_in(house, "fran", "front_desk")
    with opens_stream(house, fran) as stream:
        assert stream.readline() == b"retry: 2000\n"
        for topic in ("nurses", "front_desk"):
            queue.announce_now(topic)
        assert next(events(stream)) == "front_desk"


def test_no_more_streams_than_the_threads_allow(house: House, own_ear: live.Ear) -> None:
    nora = signed_in(house, "nora", "nurse")
    inboxes = [own_ear.join() for _ in range(live.MOST_STREAMS)]
    assert None not in inboxes
    refused = nora.get("/live")
    assert refused.status_code == 503
    own_ear.leave(next(inbox for inbox in inboxes if inbox))
    with opens_stream(house, nora) as stream:
        assert stream.status == 200
    assert live.MOST_STREAMS == 179


@pytest.mark.usefixtures("own_ear")
def test_a_stream_holds_no_connection_of_the_database(house: House) -> None:
    nora = signed_in(house, "nora", "nurse")
    with opens_stream(house, nora) as stream:
        stream.readline()
        assert db.engine().pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.usefixtures("own_ear")
def test_a_change_that_redis_refused_once_is_told_all_the_same(house: House, own_valkey: Valkey) -> None:
    """A page that says it is live does not wait for the next change."""
    queue.start(own_valkey.url)
    fran = signed_in(house, "fran", "front_desk")
    with opens_stream(house, fran) as stream:
        assert stream.readline() == b"retry: 2000\n"
        for rule in ("-publish", "+publish"):
            _says(own_valkey, "ACL SETUSER default", rule)
            queue.announce_now("front_desk")  # the second comes while the doorbell still keeps quiet
        begun = time.monotonic()
        assert next(events(stream)) == "front_desk"
        assert time.monotonic() - begun < queue.REST_AFTER_FAILURE / 2


@pytest.mark.slow
@ONE_DATABASE
def test_an_ear_that_hears_nothing_any_more_says_so(
    house: House, own_valkey: Valkey, own_ear: live.Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis hangs: the line stands, and nothing comes over it."""
    monkeypatch.setattr(live, "HEART_BEAT", 0.3)
    queue.start(own_valkey.url)
    inbox = own_ear.join()
    assert inbox is not None
    _says(own_valkey, "CLIENT PAUSE", "3000")
    assert inbox.get(timeout=2) is None
    assert own_ear.join() is None


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize(
    ("role", "path"), [("nurse", "/patients"), ("front_desk", "/appointments"), ("front_desk", "/patients/1"),
                       ("front_desk", "/patients/1/change"), ("manager", "/patients/999"), ("auditor", "/numbers/1")],
)  # fmt: skip
def test_every_page_of_the_signed_in_says_what_waits_and_keeps_saying_it(
    house: House, ana: Person, role: str, path: str
) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    at_desk = signed_in(house, "somebody", role)
    page = at_desk.get(path).text
    assert 'sse-connect="/live"' in page
    assert re.search('hx-get="/here" hx-trigger="sse:nurses, sse:front_desk', page)
    grave = "1 waiting ▲ 1 , 1 with crisis or emergency words"
    told = {"front_desk": "0 waiting"} if role == "front_desk" else {"nurses": grave, "front_desk": "0 waiting"}
    assert _counts(page) == told
    phone(house, STRANGERS).texts("is this the clinic?")
    assert _counts(at_desk.get("/here", **{"HX-Request": "true"}).text) == told | {"front_desk": "1 waiting"}


def _counts(page: str) -> dict[str, str]:
    found = re.findall(r'<span class="count[^>]* id="count-(\w+)"[^>]*>(.*)</span>', page)
    return {topic: " ".join(re.sub("<[^>]+>", " ", inside).split()) for topic, inside in found}


@pytest.mark.slow
def test_without_redis_the_page_is_told_to_ask_by_itself_and_hears_again_when_it_is_back(
    house: House, own_valkey: Valkey, own_ear: live.Ear
) -> None:
    queue.start(own_valkey.url)
    nora = signed_in(house, "nora", "nurse")
    stream = opens_stream(house, nora)
    stream.readline()
    own_valkey.stop()
    ended = threading.Thread(target=stream.read)
    ended.start()
    ended.join(10)
    assert not ended.is_alive(), "a stream that hears nothing must end"
    stream.close()
    assert nora.get("/live").status_code == 503
    assert nora.get("/desk/nurses/rows").status_code == 200, "asking goes on"
    own_valkey.start()
    deadline = time.monotonic() + 10
    while (inbox := own_ear.join()) is None:
        assert time.monotonic() < deadline, "the ear does not come back"
        time.sleep(0.25)
    queue.connection().publish(queue.LIVE_CHANNEL, "nurses")
    assert inbox.get(timeout=5) == "nurses"
