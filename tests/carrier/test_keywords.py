"""The carrier's own words: STOP blocks, START and YES open again, HELP answers, and all are passed on."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from app.simulator import keywords
from app.simulator.carrier import Carrier
from tests.carrier.conftest import OURS, PAGER
from tests.carrier.practice import Practice

ANA = "+15005550101"


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        *((word, "stop") for word in ("STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT")),
        *((word, "start") for word in ("START", "UNSTOP", "YES")),
        *((word, "help") for word in ("HELP", "INFO")),
        *((word, "stop") for word in ("stop", "Cancel", " stop ")),
        *((body, None) for body in ("STOP PLEASE", "please cancel", "Stop.", "yes!", "1", "", "stop\nstop", "opt out")),
    ],
)
def test_a_keyword_is_the_whole_message(body: str, meaning: str | None) -> None:
    assert keywords.meaning(body) == meaning


def blocked(client: Client, sender: str = OURS) -> bool:
    """Whether a text from this number is refused as opted out."""
    try:
        client.messages.create(to=ANA, from_=sender, body="Hello")
    except TwilioRestException as error:
        return (error.code, error.status) == (21610, 400)
    return False


@pytest.mark.parametrize("word", sorted(keywords.STOP))
def test_stop_blocks_answers_and_is_passed_on(carrier: Carrier, client: Client, practice: Practice, word: str) -> None:
    ana = carrier.handset(ANA)
    ana.texts(word)
    assert ana.reads() == [keywords.STOPPED]
    assert [heard.form["Body"] for heard in practice.texts()] == [word]
    assert "OptOutType" not in practice.texts()[0].form
    assert blocked(client)
    assert not blocked(client, PAGER)
    carrier.pump()
    assert ana.reads() == ["Hello"]  # from the number that she did not stop


@pytest.mark.parametrize("word", sorted(keywords.START))
def test_only_a_blocked_handset_is_resubscribed(
    carrier: Carrier, client: Client, practice: Practice, word: str
) -> None:
    ana = carrier.handset(ANA)
    ana.texts(word)
    assert ana.reads() == []
    ana.texts("STOP")
    ana.texts(word)
    assert ana.reads() == [keywords.STOPPED, keywords.STARTED]
    assert not blocked(client)
    assert [heard.form["Body"] for heard in practice.texts()] == [word, "STOP", word]


def test_help_is_answered_unless_blocked(carrier: Carrier, practice: Practice) -> None:
    ana = carrier.handset(ANA)
    ana.texts("help")
    assert ana.reads() == [keywords.HELPED]
    ana.texts("STOP")
    ana.texts("STOP")
    ana.texts("INFO")
    assert ana.reads() == [keywords.STOPPED]
    assert len(practice.texts()) == 4


def test_twiml_does_not_reach_a_blocked_handset(carrier: Carrier, practice: Practice) -> None:
    practice.answer = ("<Response><Message>Bye</Message></Response>", 200, "text/xml")
    ana = carrier.handset(ANA)
    ana.texts("STOP")
    carrier.pump()
    assert ana.reads() == [keywords.STOPPED]
