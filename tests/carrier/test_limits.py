"""The carrier's patience: 15 seconds in all, what is tried again, and the fallback address when all has failed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from app.simulator import overrides, webhook
from app.simulator.carrier import Carrier
from app.simulator.overrides import Limits
from tests.carrier.conftest import OURS, PUBLIC, TOKEN
from tests.carrier.practice import EMPTY, Practice

ANA = "+15005550101"
USUAL = Limits()


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", USUAL),
        ("rc=2", Limits(retries=2)),
        ("rc=6", USUAL),
        ("rc=two", USUAL),
        ("ct=2000&rt=8000&tt=9000", Limits(connect=2, read=8, total=9)),
        ("ct=99&rt=15001&tt=0", USUAL),
        ("ct=10000", Limits(connect=10)),
        ("rp=5xx,rt", Limits(after=frozenset({"5xx", "rt"}))),
        ("rp=all", Limits(after=frozenset({"ct", "rt", "4xx", "5xx"}))),
        ("rp=sometimes", USUAL),
        ("e=ashburn,umatilla&sni=n", USUAL),
    ],
)
def test_what_the_fragment_of_an_address_changes(fragment: str, expected: Limits) -> None:
    assert overrides.limits(f"https://handrail.test/twilio/sms?x=1#{fragment}") == expected


def test_the_usual_limits_are_the_carriers() -> None:
    assert (USUAL.connect, USUAL.read, USUAL.total, USUAL.retries, set(USUAL.after)) == (5, 15, 15, 1, {"ct"})


def shorten(carrier: Carrier, fragment: str) -> None:
    carrier.account.webhook_url += f"#{fragment}"


def test_the_fragment_is_neither_sent_nor_signed(carrier: Carrier, practice: Practice) -> None:
    shorten(carrier, "rc=2&rp=all")
    carrier.handset(ANA).texts("hello")
    [heard] = practice.texts()
    assert heard.target == "/twilio/sms"
    signature = heard.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(f"{PUBLIC}/twilio/sms", heard.form, signature)


@pytest.mark.parametrize(("answer", "tries"), [(500, 1), (404, 1)])
def test_an_error_is_not_tried_again_by_itself(carrier: Carrier, practice: Practice, answer: int, tries: int) -> None:
    practice.answer = ("", answer, "text/html")
    carrier.handset(ANA).texts("hello")
    assert len(practice.texts()) == tries


def test_a_retry_is_the_same_request_with_the_same_token(carrier: Carrier, practice: Practice) -> None:
    shorten(carrier, "rc=3&rp=5xx")
    practice.answer = ("", 503, "text/html")
    later = iter([None, None])

    def mend() -> None:
        if next(later, "now"):
            practice.answer = ("<Response><Message>At last</Message></Response>", 200, "text/xml")

    practice.before_answering = mend
    ana = carrier.handset(ANA)
    sid = ana.texts("hello")
    assert (
        len({(heard.headers["I-Twilio-Idempotency-Token"], heard.form["MessageSid"]) for heard in practice.texts()})
        == 1
    )
    assert [attempt.status for attempt in carrier.attempts(sid)] == [503, 503, 200]
    tries = carrier.truth().webhooks
    assert [(one.http, one.error_code) for one in tries] == [(503, 11200), (503, 11200), (200, None)]
    assert "At last" in tries[-1].answer
    carrier.pump()
    assert ana.reads() == ["At last"]


def test_silence_is_cut_off_and_tried_again_only_if_asked(carrier: Carrier, practice: Practice) -> None:
    released = threading.Event()
    practice.before_answering = lambda: released.wait(5)
    shorten(carrier, "rt=200")
    [attempt] = carrier.attempts(carrier.handset(ANA).texts("hello"))
    assert (attempt.error_code, attempt.problem) == (11200, "The practice's system did not answer in time.")
    carrier.account.webhook_url = f"{PUBLIC}/twilio/sms#rt=200&rp=rt"
    assert len(carrier.attempts(carrier.handset(ANA).texts("hello"))) == 2
    released.set()


Talk = Callable[[socket.socket], None]


@contextmanager
def server(talk: Talk) -> Iterator[str]:
    """Takes one connection after the other and talks to it as told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, talk), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, talk: Talk) -> None:
    with suppress(OSError):  # the test is over, or the carrier hung up, as it should
        while True:
            line, _ = listening.accept()
            with line:
                line.recv(65_536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 10000\r\n\r\n")
                talk(line)


@pytest.fixture
def dripping() -> Iterator[str]:
    """Answers one byte every twentieth of a second, for ever."""

    def drip(line: socket.socket) -> None:
        while True:
            line.sendall(b" ")
            time.sleep(0.05)

    with server(drip) as url:
        yield url


@pytest.fixture
def half() -> Iterator[str]:
    """Promises more than it says."""
    with server(lambda line: line.sendall(b"<Response/>")) as url:
        yield url


def test_a_practice_that_drips_is_cut_off_at_the_end_of_the_whole_time(carrier: Carrier, dripping: str) -> None:
    carrier.account.reach_at = dripping
    shorten(carrier, "tt=400&rc=5&rp=all")
    began = time.monotonic()
    [attempt] = carrier.attempts(carrier.handset(ANA).texts("hello"))
    assert 0.3 < time.monotonic() - began < 3
    assert "did not answer in time" in attempt.problem


def test_an_answer_that_breaks_off_is_none_and_never_asked_for_again(carrier: Carrier, half: str) -> None:
    carrier.account.reach_at = half
    shorten(carrier, "rc=5&rp=all")
    [attempt] = carrier.attempts(carrier.handset(ANA).texts("hello"))
    assert (attempt.error_code, "hung up" in attempt.problem) == (11200, True)


def test_more_than_64_kb_is_no_answer(carrier: Carrier, practice: Practice) -> None:
    practice.answer = ("<Response>" + " " * webhook.LARGEST_ANSWER + "</Response>", 200, "text/xml")
    assert carrier.attempts(carrier.handset(ANA).texts("hello"))[-1].error_code == 11750


def test_plain_words_are_texted_as_they_are(carrier: Carrier, practice: Practice) -> None:
    """Which is why no webhook may ever answer 200 with an error page in plain text."""
    practice.answer = ("Service is down.\n", 200, "text/plain; charset=utf-8")
    ana = carrier.handset(ANA)
    ana.texts("hello")
    carrier.pump()
    assert ana.reads() == ["Service is down."]


@pytest.fixture
def standby() -> Iterator[Practice]:
    """Somebody else's server, at the fallback address."""
    standby = Practice(answer=("<Response><Message>Please call us.</Message></Response>", 200, "text/xml"))
    standby.start()
    yield standby
    standby.stop()


@pytest.mark.parametrize(
    ("answer", "reach_at", "code"),
    [
        (("", 503, "text/html"), None, "11200"),
        (("no TwiML", 200, "text/xml"), None, "12100"),
        (EMPTY, "http://127.0.0.1:9", "11205"),
    ],
)
def test_the_fallback_is_asked_when_the_webhook_failed(
    carrier: Carrier, practice: Practice, standby: Practice, answer: tuple[str, int, str], reach_at: str | None,
    code: str,
) -> None:  # fmt: skip
    carrier.account.fallback_url = f"{standby.url}/twilio/fallback"
    practice.answer = answer
    carrier.account.reach_at = reach_at or practice.url
    ana = carrier.handset(ANA)
    sid = ana.texts("my chest hurts")
    [asked] = standby.heard
    assert asked.target == "/twilio/fallback"
    assert (asked.form["ErrorCode"], asked.form["ErrorUrl"]) == (code, f"{PUBLIC}/twilio/sms")
    assert (asked.form["MessageSid"], asked.form["Body"]) == (sid, "my chest hurts")
    url = f"{standby.url}/twilio/fallback"
    assert RequestValidator(TOKEN).validate(url, asked.form, asked.headers["X-Twilio-Signature"])
    carrier.pump()
    assert ana.reads() == ["Please call us."]
    assert [one.fallback for one in carrier.truth().webhooks][-1] is True


def test_a_healthy_practice_has_no_fallback(
    carrier: Carrier, client: Client, practice: Practice, standby: Practice
) -> None:
    carrier.account.fallback_url = f"{standby.url}/twilio/fallback"
    carrier.handset(ANA).texts("hello")
    client.messages.create(to=ANA, from_=OURS, body="Hi", status_callback=f"{PUBLIC}/twilio/status")
    practice.answer = ("", 500, "text/html")
    carrier.pump()
    assert standby.heard == [], "status callbacks have no fallback either"
