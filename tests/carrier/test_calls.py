"""The stand-in takes calls: it does what the practice's answer says, and calls back as the carrier would (TWILIO 5)."""

import pytest
import requests

from app.simulator import telephony
from app.simulator.calls import Heard
from app.simulator.carrier import Carrier
from app.simulator.server import Running
from tests.carrier.conftest import OURS, PUBLIC
from tests.carrier.practice import Practice

ANA = "+15005550101"
XML = (200, "text/xml")
LISTENS = (
    '<Response><Say language="en-US">Hello</Say><Gather input="dtmf speech" numDigits="1" finishOnKey="" '
    f'actionOnEmptyResult="true" action="{PUBLIC}/twilio/voice?t=1"><Say>Press 1</Say></Gather></Response>'
)
RINGS = (
    f'<Response><Dial action="{PUBLIC}/twilio/voice?t=2"><Number statusCallback="{PUBLIC}/twilio/status">+16085550100'
    "</Number></Dial></Response>"
)


def lines(carrier: Carrier) -> list[tuple[str, str]]:
    heard: list[Heard] = carrier.handset(ANA).call.lines
    return [(line.who, line.words) for line in heard]


def asked(practice: Practice) -> list[dict[str, str]]:
    names = ("CallStatus", "Digits", "SpeechResult", "Confidence", "DialCallStatus", "ParentCallSid")
    return [{name: one.form[name] for name in names if name in one.form} for one in practice.heard]


def test_a_call_is_greeted_answered_and_ended(carrier: Carrier, practice: Practice) -> None:
    practice.answer = (LISTENS, *XML)
    phone = carrier.handset(ANA)
    sid = phone.calls()
    assert lines(carrier) == [("practice", "Hello"), ("practice", "Press 1")]
    phone.presses("1")
    phone.says("good morning", 0.7)
    phone.keeps_silent()
    practice.answer = ("<Response><Say>Goodbye</Say><Hangup/><Say>never</Say></Response>", *XML)
    phone.presses("#")
    assert lines(carrier)[-2:] == [("practice", "Goodbye"), ("carrier", "The practice hung up.")]
    assert {one.form["CallSid"] for one in practice.heard} == {sid}
    assert [one.target for one in practice.heard[:2]] == ["/twilio/voice", "/twilio/voice?t=1"]
    assert asked(practice) == [
        {"CallStatus": "ringing"},
        {"CallStatus": "in-progress", "Digits": "1"},
        {"CallStatus": "in-progress", "SpeechResult": "good morning", "Confidence": "0.7"},
        {"CallStatus": "in-progress"},
        {"CallStatus": "in-progress", "Digits": "#"},
        {"CallStatus": "completed"},
    ]
    assert (practice.heard[0].form["From"], practice.heard[0].form["To"]) == (ANA, OURS)


@pytest.mark.parametrize("result", ["no-answer", "busy", "completed"])
def test_the_other_side_is_rung_and_the_practice_told(carrier: Carrier, practice: Practice, result: str) -> None:
    carrier.books.other_side = result
    practice.answer = (RINGS, *XML)
    practice.before_answering = lambda: setattr(
        practice, "answer", (RINGS if len(practice.heard) == 1 else "<Response><Hangup/></Response>", *XML)
    )
    carrier.handset(ANA).calls()
    if result == "completed":
        assert asked(practice)[1]["CallStatus"] == "in-progress"
        assert asked(practice)[1]["ParentCallSid"] == carrier.handset(ANA).call.sid
        telephony.other_side_hangs_up(carrier.books, carrier.handset(ANA).call.sid)
    dialled = [form["DialCallStatus"] for form in asked(practice) if "DialCallStatus" in form]
    assert dialled == [result]
    assert carrier.handset(ANA).call.over


@pytest.mark.parametrize("answer", [
    ("<Response><Sing/></Response>", 200, "text/xml"), ("<Response>", 200, "text/xml"), ("", 500, "text/html"),
    ("hello", 200, "text/plain"), ("<Response>" + " " * 70_000 + "</Response>", 200, "text/xml"),
])  # fmt: skip
def test_an_answer_that_cannot_be_used_ends_the_call(
    carrier: Carrier, practice: Practice, answer: tuple[str, int, str]
) -> None:
    practice.answer = answer
    carrier.handset(ANA).calls()
    assert lines(carrier)[-1] == ("carrier", telephony.APPLICATION_ERROR)
    assert carrier.handset(ANA).call.over
    assert carrier.handset(ANA).call.problem


def test_whoever_shows_no_number_is_anonymous(carrier: Carrier, practice: Practice) -> None:
    practice.answer = (LISTENS, *XML)
    carrier.handset(ANA).calls(shown=False)
    assert practice.heard[0].form["From"] == "anonymous"
    carrier.handset(ANA).hangs_up(reported=False)
    assert len(practice.heard) == 1


def test_the_phones_own_addresses(running: Running, carrier: Carrier, practice: Practice) -> None:
    """What the screen asks for: each act, what the call waits for, and sentences for what cannot be."""
    practice.answer = (LISTENS, *XML)
    opaque = carrier.handset(ANA).facts.id

    def act(name: str, value: str = "", handset: str = opaque) -> tuple[int, str]:
        sent = {"handset": handset, "act": name, "value": value}
        answer = requests.post(f"{running.url}/phone/calls", json=sent, timeout=10)
        return answer.status_code, answer.json()["problem"]

    assert act("press", "1") == (409, "There was no call from this phone yet.")
    assert act("call") == (200, "")
    assert act("call")[0] == 409
    view = requests.get(f"{running.url}/phone/view?open={opaque}", timeout=10).json()
    assert (view["call"]["waits"], view["call"]["keys"], view["other_side"]) == ("words", 1, "no-answer")
    for name, value in (("press", "x"), ("press", ""), ("say", " "), ("sing", ""), ("other_hangs_up", "")):
        assert act(name, value)[0] == 409, name
    assert act("say", "hello") == (200, "")
    assert act("silence") == (200, "")
    assert act("hang_up") == (200, "")
    assert act("press", "1") == (409, "The call does not wait for keys or words.")
    assert act("call", handset="h99") == (404, "There is no such phone.")
    for result, status in (("busy", 200), ("asleep", 400)):
        answer = requests.put(f"{running.url}/phone/calls/other-side", json={"result": result}, timeout=10)
        assert answer.status_code == status
    assert carrier.books.other_side == "busy"
