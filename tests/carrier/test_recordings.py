"""The stand-in records, reports, serves and forgets what is left after the tone; our gateway reads it (H39)."""

import io
import wave

import pytest
import requests

from app.messaging import recordings as ours
from app.messaging.answers import ListUnreadable, NotThere
from app.messaging.gateway import Gateway
from app.messaging.twiml import Record, Say, call
from app.simulator import recordings
from app.simulator.carrier import Carrier
from app.simulator.server import Running
from tests.carrier.conftest import ACCOUNT, OURS, PUBLIC, TOKEN
from tests.carrier.practice import Practice
from tests.house import house_settings

ANA = "+15005550101"
XML = (200, "text/xml")
RECORDS = call([Say("This is recorded", "en")], Record(action=f"{PUBLIC}/twilio/voice?t=1", reports=f"{PUBLIC}/r"))
GOODBYE = "<Response><Say>Goodbye</Say><Hangup/></Response>"


def left(carrier: Carrier, practice: Practice, words: str = "please call me back about Tuesday") -> str:
    """Ana leaves a message; the sid of its recording."""
    practice.answer = (RECORDS, *XML)
    phone = carrier.handset(ANA)
    phone.calls()
    practice.answer = (GOODBYE, *XML)
    phone.says(words)
    with carrier.books.held() as state:
        return list(state.recordings)[-1]


def told(practice: Practice) -> list[tuple[str, str]]:
    return [
        (each.form["RecordingStatus"], each.form.get("RecordingSid", ""))
        for each in practice.heard if "RecordingStatus" in each.form
    ]  # fmt: skip


@pytest.fixture
def gateway(running: Running) -> Gateway:
    return Gateway(house_settings(
        TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN, TWILIO_API_BASE_URL=running.url, TWILIO_FROM=OURS
    ))  # fmt: skip


def test_what_is_left_is_asked_about_reported_and_served_with_credentials_alone(
    carrier: Carrier, practice: Practice, running: Running, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The report may be missing, come late, or twice."""
    carrier.books.recording_reports = 0
    sid = left(carrier, practice)
    asked = next(each for each in practice.heard if "RecordingUrl" in each.form)
    assert (asked.target, asked.form["Digits"]) == ("/twilio/voice?t=1", "#")
    assert asked.form["RecordingUrl"].endswith(sid)
    assert told(practice) == []
    for _ in range(2):
        recordings.report(carrier.books, sid)
    assert told(practice) == [("completed", sid)] * 2
    (listed,) = ours.of_call(gateway, carrier.handset(ANA).call.sid)
    assert (listed.sid, listed.is_ready) == (sid, True)
    with wave.open(io.BytesIO(ours.sound(gateway, sid))) as sound:
        assert sound.getnframes() > 0
    monkeypatch.setattr("app.messaging.gateway.LARGEST_SOUND", 100)
    with pytest.raises(ListUnreadable, match="too_large"):
        ours.sound(gateway, sid)
    bare = f"{running.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.wav"
    assert requests.get(bare, timeout=5).status_code == 401


def test_gone_is_what_was_looked_for_and_not_found(carrier: Carrier, practice: Practice, gateway: Gateway) -> None:
    """That a deletion was answered with success is not enough; a second one finds nothing, and is well (H39)."""
    sid = left(carrier, practice)
    for way in ("refused", "ignored"):
        carrier.books.deletions = way
        with pytest.raises(ListUnreadable) as kept:
            ours.remove(gateway, sid)
        assert not isinstance(kept.value, NotThere)
    carrier.books.deletions = "obeyed"
    ours.remove(gateway, sid)
    ours.remove(gateway, sid)
    assert ours.of_call(gateway, carrier.handset(ANA).call.sid) == []
    with pytest.raises(NotThere):
        ours.sound(gateway, sid)


def test_who_hangs_up_before_a_word_leaves_none(carrier: Carrier, practice: Practice) -> None:
    practice.answer = (RECORDS, *XML)
    phone = carrier.handset(ANA)
    phone.calls()
    phone.hangs_up()
    assert told(practice) == [("absent", "")]
    with carrier.books.held() as state:
        assert state.recordings == {}
