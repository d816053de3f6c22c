"""The door for calls: only the carrier comes in, and nothing it may bring breaks anything (H68, F7)."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.calls import PhoneCall
from app.models.conversations import Exchange
from tests.doors.twilio import post
from tests.house import ACCOUNT, CLINIC, House
from tests.people import ANAS
from tests.voice.allowed import faults


@pytest.fixture(scope="module")
def house(furnished_sqlite: Path, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for whatever a carrier may bring."""
    directory = tmp_path_factory.mktemp("calls")
    (directory / "handrail.db").write_bytes(furnished_sqlite.read_bytes())
    running = House(f"sqlite:///{directory / 'handrail.db'}", valkey_url, directory)
    yield running
    running.close()


def call_form(**changed: str | None) -> dict[str, str]:
    """What Twilio posts for a call from Ana; a field changed to None is left out."""
    form: dict[str, str | None] = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": "CA" + secrets.token_hex(16),
        "CallStatus": "ringing", "Called": CLINIC, "Caller": ANAS, "Direction": "inbound", "From": ANAS, "To": CLINIC,
        "StirVerstat": "TN-Validation-Failed",
    }  # fmt: skip
    return {name: value for name, value in {**form, **changed}.items() if value is not None}


@pytest.mark.parametrize("changed", [
    {"AccountSid": "AC" + "9" * 32}, {"AccountSid": None}, {"CallSid": None}, {"CallSid": "CA123"},
    {"CallSid": "SM" + "a" * 32}, {"To": "+15005550999"}, {"To": None}, {"Digits": "1; drop table"},
    {"From": "\n"}, {"From": "ñ"}, {"Digits": "1" * 65},
])  # fmt: skip
def test_what_is_no_call_of_ours_is_refused_and_not_kept(house: House, changed: dict[str, str | None]) -> None:
    before = len(house.rows(Exchange)), len(house.rows(PhoneCall))
    assert post(house, call_form(**changed), target="/twilio/voice").status == 403
    assert (len(house.rows(Exchange)), len(house.rows(PhoneCall))) == before


@pytest.mark.parametrize("target", ["/twilio/voice", "/twilio/voice?t=1", "/twilio/status", "/twilio/whisper?w=a&t=0"])
def test_whoever_cannot_sign_is_refused(house: House, target: str) -> None:
    for signed in ("-", "", "A" * 28):
        assert post(house, call_form(), target=target, signed=signed).status == 403


@pytest.mark.parametrize(("address", "changed"), [
    ("w=a-token-of-ours-perhaps&t=0", {"Direction": "inbound"}),
    ("w=a-token-of-ours-perhaps&t=0", {"Direction": "outbound-dial", "AccountSid": "AC" + "9" * 32}),
    ("w=a-token-of-ours-perhaps&t=x", {"Direction": "outbound-dial"}),
    ("w=short&t=0", {"Direction": "outbound-dial"}),
    ("w=a-token-of-ours-perhaps&t=1", {"Direction": "outbound-dial", "Digits": "1; drop table"}),
])  # fmt: skip
def test_a_whisper_that_is_none_of_ours_is_refused(house: House, address: str, changed: dict[str, str]) -> None:
    assert post(house, call_form(**changed), target=f"/twilio/whisper?{address}").status == 403
    good = call_form(Direction="outbound-dial", Digits="1")
    unknown = post(house, good, target="/twilio/whisper?w=a-token-of-ours-perhaps&t=1")
    assert unknown.status == 200
    assert b"<Hangup" in unknown.body


@pytest.mark.parametrize("turn", ["x", "-1", "12345", "", "1.5", "%00"])
def test_an_address_of_no_turn_of_ours_is_refused(house: House, turn: str) -> None:
    assert post(house, call_form(), target=f"/twilio/voice?t={turn}").status == 403


@pytest.mark.parametrize("brought", [
    {"From": "anonymous"}, {"From": "Restricted"}, {"From": ""}, {"From": None}, {"From": "client:nobody"},
    {"From": "+266696687"}, {"From": "sip:a@b.example"}, {"From": "53079"},
    {"SpeechResult": "", "Confidence": ""}, {"SpeechResult": "hello", "Confidence": "much"},
    {"SpeechResult": "hello", "Confidence": "nan"}, {"SpeechResult": "hola 😀\x00\x0b & <Hangup/>"},
    {"SpeechResult": "x " * 6000}, {"SpeechResult": "one", "Digits": "1"}, {"Digits": "#"}, {"Digits": "*"},
    {"Digits": "12345678901234567890"}, {"Digits": ""}, {"DialCallStatus": "canceled"},
    {"DialCallStatus": "completed", "DialBridged": "false"}, {"DialCallStatus": "answered"},
    {"ErrorCode": "11200", "ErrorUrl": "https://x"}, {"CallStatus": "completed", "Digits": "0"},
])  # fmt: skip
@pytest.mark.parametrize("turn", [0, 1, 9999])
def test_whatever_a_carrier_may_bring_is_answered_with_sense(
    house: House, brought: dict[str, str | None], turn: int
) -> None:
    """At any turn, of a call that nobody has heard of before; no caller is trapped."""
    answer = post(house, call_form(**brought), target=f"/twilio/voice?t={turn}")
    assert (answer.status, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert list(faults(answer.body.decode())) == []


@pytest.mark.parametrize("form", [
    {"CallStatus": "completed", "CallDuration": "3"}, {"CallStatus": "ringing"}, {"CallStatus": "no-answer"},
    {"CallStatus": "in-progress", "ParentCallSid": "CA" + "0" * 32}, {"CallStatus": "completed", "From": "anonymous"},
])  # fmt: skip
def test_reports_of_calls_that_nobody_knows_are_taken(house: House, form: dict[str, str]) -> None:
    assert post(house, call_form(**form), target="/twilio/status").status == 204
