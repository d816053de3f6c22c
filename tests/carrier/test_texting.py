"""A person's text reaches the practice as a signed webhook, and the answer comes back."""

import re

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from app.simulator.carrier import Carrier
from tests.carrier.conftest import ACCOUNT, OURS, PAGER, PUBLIC, TOKEN
from tests.carrier.practice import Heard, Practice

ANA = "+15005550101"


def twiml(*bodies: str) -> tuple[str, int, str]:
    messages = "".join(f"<Message>{body}</Message>" for body in bodies)
    return f"<Response>{messages}</Response>", 200, "text/xml; charset=utf-8"


def is_signed(heard: Heard) -> bool:
    """The official validator's opinion."""
    signature = heard.headers["X-Twilio-Signature"]
    return bool(RequestValidator(TOKEN).validate(PUBLIC + heard.target, heard.form, signature))


def test_the_webhook_carries_twilios_parameters_and_headers(carrier: Carrier, practice: Practice) -> None:
    sid = carrier.handset(ANA).texts("  1 ")
    [heard] = practice.texts()
    form = heard.form
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == sid
    assert re.fullmatch(r"SM[0-9a-f]{32}", sid)
    assert (form["From"], form["To"], form["Body"], form["AccountSid"]) == (ANA, OURS, "  1 ", ACCOUNT)
    assert (form["NumMedia"], form["NumSegments"], form["SmsStatus"]) == ("0", "1", "received")
    assert (form["ApiVersion"], form["FromCity"]) == ("2010-04-01", "")
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert heard.headers["Host"] == "handrail.test"
    assert heard.headers["I-Twilio-Idempotency-Token"]
    assert carrier.attempts(sid)[-1].problem == ""


@pytest.mark.parametrize(
    "body", ["1", "", "  spaces  ", "¿Está bien? ñ", "🤕 & = + %", "line\nline", "a\x00b", "x" * 1600]
)
def test_every_webhook_is_signed(carrier: Carrier, practice: Practice, body: str) -> None:
    carrier.handset(ANA).texts(body)
    [heard] = practice.texts()
    assert heard.form["Body"] == body
    assert is_signed(heard)
    heard.form["Body"] += "!"
    assert not is_signed(heard)


def test_callbacks_are_signed_over_their_query(carrier: Carrier, client: Client, practice: Practice) -> None:
    address = f"{PUBLIC}/twilio/status?m=a%2Fb+c%7E&n=%C3%B1"
    client.messages.create(to=ANA, from_=OURS, body="Hello", status_callback=address)
    carrier.pump()
    assert [is_signed(heard) for heard in practice.heard] == [True, True]


def test_a_photo_without_words_has_no_body(carrier: Carrier, practice: Practice) -> None:
    sid = carrier.handset(ANA).texts_photo()
    [heard] = practice.texts()
    assert sid.startswith("MM")
    assert "Body" not in heard.form
    assert (heard.form["NumMedia"], heard.form["MediaContentType0"]) == ("1", "image/jpeg")
    assert heard.form["MediaUrl0"].startswith(f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM")
    assert is_signed(heard)


def test_what_twiml_answers_is_delivered(carrier: Carrier, client: Client, practice: Practice) -> None:
    practice.answer = twiml("We have your message.", "A nurse &amp; a doctor")
    ana = carrier.handset(ANA)
    ana.texts("hello")
    carrier.pump()
    assert ana.reads() == ["We have your message.", "A nurse & a doctor"]
    replies = client.messages.list(to=ANA)
    assert {reply.direction for reply in replies} == {"outbound-reply"}
    assert [line.mine for line in ana.thread] == [True, False, False]


def test_a_reply_goes_to_the_number_that_wrote_last(carrier: Carrier, client: Client, practice: Practice) -> None:
    nora = carrier.handset(ANA)
    client.messages.create(to=ANA, from_=PAGER, body="4711: please take over")
    carrier.pump()
    nora.texts("4711")
    assert practice.texts()[-1].form["To"] == PAGER
    nora.texts("hello", to=OURS)
    assert practice.texts()[-1].form["To"] == OURS


def test_the_practice_may_send_before_it_has_answered(carrier: Carrier, client: Client, practice: Practice) -> None:
    practice.before_answering = lambda: client.messages.create(to=ANA, from_=OURS, body="at once")
    ana = carrier.handset(ANA)
    ana.texts("hello")
    carrier.pump()
    assert ana.reads() == ["at once"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (("", 500, "text/html"), 11200),
        (("", 302, "text/html"), 11200),
        (("OK", 200, "application/json"), 12300),
        (("<Response>", 200, "text/xml"), 12100),
        (("<Response><Say>Hello</Say></Response>", 200, "text/xml"), 12200),
    ],
)
def test_a_useless_answer_is_recorded_and_not_tried_again(
    carrier: Carrier, practice: Practice, answer: tuple[str, int, str], code: int
) -> None:
    practice.answer = answer
    sid = carrier.handset(ANA).texts("hello")
    [attempt] = carrier.attempts(sid)
    assert (attempt.status, attempt.error_code) == (answer[1], code)
    assert attempt.problem.startswith("The practice's system answered with")
    assert len(practice.texts()) == 1


def test_an_empty_204_is_a_good_answer(carrier: Carrier, practice: Practice) -> None:
    practice.answer = ("", 204, "text/plain")
    assert carrier.attempts(carrier.handset(ANA).texts("hello"))[-1].problem == ""


def test_a_practice_that_is_down_gets_the_text_from_the_list(
    carrier: Carrier, client: Client, practice: Practice
) -> None:
    carrier.account.reach_at = "http://127.0.0.1:9"
    sid = carrier.handset(ANA).texts("my words")
    attempts = carrier.attempts(sid)
    assert [(attempt.status, attempt.error_code) for attempt in attempts] == [(None, 11205)] * 2
    assert "could not be reached" in attempts[-1].problem
    [kept] = client.messages.list(to=OURS)
    assert (kept.sid, kept.body, kept.status, kept.direction) == (sid, "my words", "received", "inbound")
    assert kept.date_sent is not None
