"""Answers to calls: what can be built keeps to the carrier's own list, and nonsense cannot be built (TWILIO 7b)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging import twiml
from app.messaging.twiml import Connect, HangUp, Listen, Nonsense, Record, Say
from tests.voice.allowed import faults

TURN = "https://handrail.test/twilio/voice?t=1"
HELLO = Say("Hello", "en")

words = st.text(min_size=1, max_size=300).filter(str.strip)
says = st.builds(Say, words, st.sampled_from(["en", "es"]))
hints = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters=","), min_size=1, max_size=100)
listens = st.builds(
    Listen, action=st.just(TURN), says=st.lists(says, min_size=1, max_size=4), language=st.sampled_from(["en", "es"]),
    keys=st.integers(1, 20), hints=st.lists(hints, max_size=9),
    seconds=st.integers(1, 60), by_keys=st.booleans(),
)  # fmt: skip
connects = st.builds(
    Connect, number=st.just("+16085550100"), action=st.just(TURN), reports=st.just(TURN),
    caller=st.sampled_from([None, "+15005550006"]), seconds=st.integers(5, 600),
)  # fmt: skip
records = st.builds(Record, action=st.just(TURN), reports=st.just(TURN), seconds=st.integers(2, 300))


@given(st.lists(says, max_size=3), st.one_of(listens, connects, records, st.just(HangUp())))
def test_whatever_can_be_built_the_carrier_understands(said: list[Say], then: twiml.Then) -> None:
    answer = twiml.call(said, then)
    assert list(faults(answer)) == []


@pytest.mark.parametrize("build", [
    lambda: Say("  ", "en"),
    lambda: Say("a" * 4097, "en"),
    lambda: Listen(action="/twilio/voice?t=1", says=[HELLO], language="en"),
    lambda: Listen(action="//host/twilio/voice", says=[HELLO], language="en"),
    lambda: Listen(action=TURN + "#rc=2", says=[HELLO], language="en"),
    lambda: Listen(action=TURN, says=[], language="en"),
    lambda: Listen(action=TURN, says=[HELLO], language="en", keys=0),
    lambda: Listen(action=TURN, says=[HELLO], language="en", hints=["yes, please"]),
    lambda: Listen(action=TURN, says=[HELLO], language="en", hints=["yes"] * 501),
    lambda: Connect(number="911", action=TURN, reports=TURN),
    lambda: Connect(number="+16085550100", action="voice", reports=TURN),
    lambda: Connect(number="+16085550100", action=TURN, reports="/twilio/status"),
    lambda: Connect(number="+16085550100", action=TURN, reports=TURN, seconds=0),
    lambda: Connect(number="+16085550100", action=TURN, reports=TURN, caller="anonymous"),
    lambda: Record(action="/twilio/voice?t=1", reports=TURN),
    lambda: Record(action=TURN, reports="/twilio/recording"),
    lambda: Record(action=TURN, reports=TURN, seconds=301),
    lambda: twiml.call([Say("ñ" * 4096, "es")] * 9, HangUp()),
])  # fmt: skip
def test_nonsense_cannot_be_built(build: Callable[[], object]) -> None:
    with pytest.raises(Nonsense):
        build()


@pytest.mark.parametrize(("answer", "fault"), [
    ("<Response><Dial action='https://h/'>1</Dial><Say>never heard</Say></Response>", "Dial stands before Say"),
    ("<Response><Gather action='https://h/'/></Response>", "silence would fall through"),
    ("<Response><Gather action='/next' actionOnEmptyResult='true'/></Response>", "not a whole address"),
    ("<Response><Say loudness='3'>x</Say></Response>", "Say knows no loudness"),
    ("<Response><Gather action='https://h/' actionOnEmptyResult='true'><Dial/></Gather></Response>", "Dial may not"),
    ("<Response><Number>1</Number></Response>", "Number may not stand in Response"),
    ("<Response><Say voice='Polly.Nobody'>x</Say></Response>", "may not be"),
    ("<Response><say>x</say></Response>", "say may not stand in Response"),
])  # fmt: skip
def test_the_list_itself_finds_what_is_wrong(answer: str, fault: str) -> None:
    assert any(fault in each for each in faults(answer)), list(faults(answer))


def test_what_xml_cannot_hold_is_left_out_and_the_rest_is_said() -> None:
    answer = twiml.call([Say("before\x00\x0bafter & <b>", "en")], HangUp())
    assert ">before  after &amp; &lt;b&gt;<" in answer
