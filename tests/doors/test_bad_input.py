"""Whatever comes through the door signed: a clear refusal or a clear hand-off, never a fault, nothing lost (F7, F8)."""

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode

import pytest

from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.simulator.messages import Media
from escalation_desk.models import DeskItem, DeskItemWords
from tests.doors.twilio import NOTHING, post, signature, text_form
from tests.house import CLINIC, TOKEN, House
from tests.people import Colleague, Person, appointment, patient, visit

pytestmark = pytest.mark.slow

LONG = "I would like to come another day " * 48 + "please thank you"
STRANGE_WORDS = {
    "1,600 characters": LONG[:1600],
    "1,600 letters of nothing": "x" * 1600,
    "1,600 signs of four bytes": "\U0001f9ff" * 1600,
    "emoji only": "😀🩺🫀",
    "a family": "👨‍👩‍👧‍👦",
    "nothing": "",
    "blanks": " \t\n ",
    "a NUL": "I feel\0 dizzy",
    "only NULs": "\0\0\0",
    "right to left": "\u202e1 mrifnoc\u202c",
    "zero width": "d\u200bi\u200bz\u200bz\u200by",
    "combining": "Z̷̡̛͔̘̪̜͚̲̗͂a" * 50,
    "control characters": "\x01\x02\x1b[31m\x7f",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "markup": "<script>alert(1)</script><Response><Message>hi</Message></Response>",
    "a template": "{{7*7}} {practice} %s %n ${jndi:ldap://x}",
    "SQL": "'; DROP TABLE exchange; --",
    "a shell": "$(reboot) `reboot` ; reboot",
    "line ends": "1\r\n\r\nHTTP/1.1 200 OK",
    "another script": "مرحبا 你好 привет",
    "fullwidth": "１",
    "a formula": "=HYPERLINK(\"http://evil.example\")",
    "base64": "SSBmZWVsIGRpenp5",
}  # fmt: skip


@pytest.mark.timeout(240)
@pytest.mark.long
def test_strange_words_reach_a_person_as_they_came(house: House) -> None:
    """Nothing is executed, nothing answers them as if understood, and a person has them (P2, F8)."""
    crowd = {what: patient(house, "Ana López", f"+1202555{2000 + at}") for at, what in enumerate(STRANGE_WORDS)}
    booked = {what: visit(house, person) for what, person in crowd.items()}
    house.tick()
    for what, person in crowd.items():
        person.reads("Reply 1")
        body = STRANGE_WORDS[what]
        answer = post(house, text_form(body, From=person.handset.number))
        assert (answer.status, answer.content_type, answer.body) == (200, "text/xml; charset=utf-8", NOTHING), what
        exchange = house.rows(Exchange)[-1]
        assert exchange.body == body.replace("\0", ""), what
        assert (exchange.raw is not None) == ("\0" in body), what
        if exchange.outcome != "dialog_step":
            assert exchange.id in {words.exchange_id for words in house.rows_of(DeskItemWords)}, what
        else:
            assert body in ("１", LONG[:1600]), "only a plain wish is a dialog's"
    house.work()
    assert len(house.rows(Exchange)) == len(STRANGE_WORDS)
    assert {appointment(each).state for each in booked.values()} == {"booked"}


def test_the_words_that_had_to_be_cleaned_are_kept_as_they_came(house: House, ana: Person, nora: Colleague) -> None:
    """F8: PostgreSQL takes no NUL; the text is read without it and kept with it."""
    assert post(house, text_form("my che\0st hurts")).status == 200
    (exchange,) = house.rows(Exchange)
    assert exchange.raw is not None
    assert bytes.fromhex(exchange.raw).decode() == "my che\0st hurts"
    assert [item.list for item in house.rows(DeskItem)] == ["nurses"]
    house.work()
    ana.reads("911")


def test_a_lone_surrogate_is_refused_or_handed_over(house: House, ana: Person) -> None:
    """Half a character cannot be UTF-8; whichever way it is signed, it is no fault of ours."""
    form = text_form("I feel \ud83d dizzy", MessageSid=None)
    for sid in ("SM" + "1" * 32, "SM" + "2" * 32):
        encoded = _surrogates_as(house, form | {"MessageSid": sid}, "surrogatepass" if sid.endswith("1") else "replace")
        answer = post(house, (), body=encoded[0], signed=encoded[1])
        assert answer.status in (200, 403)
        kept = [row for row in house.rows(Exchange) if row.key == sid]
        assert len(kept) == (answer.status == 200)
    assert house.rows(Exchange), "the spelling a carrier really uses must come through"
    house.work()
    ana.handset.reads()


def _surrogates_as(house: House, form: dict[str, str], errors: str) -> tuple[bytes, str]:
    """Body and signature of a form whose half characters are written in one of the two ways there are."""
    signed = f"{house.door.url}/twilio/sms".encode() + b"".join(
        name.encode() + value.encode("utf-8", errors) for name, value in sorted(form.items())
    )
    digest = hmac.new(TOKEN.encode(), signed, hashlib.sha1).digest()
    return urlencode(form, errors=errors).encode(), base64.b64encode(digest).decode()


def test_a_picture_without_a_body_reaches_the_nurses(house: House, ana: Person, nora: Colleague) -> None:
    """TWILIO 1.1: Body may be absent when there is a picture (H05)."""
    form = text_form(None, NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/jpeg")
    assert post(house, form).status == 200
    assert [item.reason for item in nora.sees("nurses")] == ["picture"]
    house.work()
    ana.reads("nurse")


def test_ten_media_and_more(house: House, ana: Person, nora: Colleague) -> None:
    media = [Media(f"https://api.twilio.com/{number}", "image/jpeg") for number in range(10)]
    ana.handset.texts("", media=media)
    assert [row.media_count for row in house.rows(Exchange)] == [10]
    house.work()
    ana.reads("nurse")


@pytest.mark.of_words
@pytest.mark.parametrize("count", ["00", "0001", "10", "11", "999999999999999999999", "1" * 5000])
def test_odd_numbers_of_media(house: House, ana: Person, count: str) -> None:
    assert post(house, text_form("hello", NumMedia=count)).status == 200
    (exchange,) = house.rows(Exchange)
    assert (exchange.media_count > 0) == (count != "00")
    house.work()
    ana.handset.reads()


@pytest.mark.of_words
@pytest.mark.parametrize("count", ["-1", "1.0", "one", " 1", "１", "0x1", "1e3", "\0"])
def test_numbers_of_media_that_are_none_are_refused(house: House, count: str) -> None:
    assert post(house, text_form("hello", NumMedia=count)).status == 403
    assert not house.rows(Exchange)


def test_a_picture_stays_one_when_its_number_is_renamed_away(house: House, ana: Person, nora: Colleague) -> None:
    """F7: the addresses of the media are signed too."""
    form = text_form("look", NumMedia="1", MediaUrl0="https://api.twilio.com/x")
    right = signature(house.door.url + "/twilio/sms", form.items())
    del form["NumMedia"]
    assert post(house, {**form, "NumMedi": "a1"}, signed=right).status == 200
    assert [item.reason for item in nora.sees("nurses")] == ["picture"]
    house.work()
    ana.reads("nurse")


@pytest.mark.parametrize(
    "changed",
    [
        {"AccountSid": "AC" + "9" * 32},
        {"To": "+15005550000"},
        {"To": CLINIC.removeprefix("+")},
        {"MessageSid": None},
        {"MessageSid": "SM123"},
        {"From": ""},
        {"From": "é"},
        {"From": "+12025550101\0"},
        {"From": "a" * 65},
        {"Body": None},
    ],
)
def test_signed_but_not_for_us_or_not_a_text_is_refused(house: House, changed: dict[str, str | None]) -> None:
    """F7: a plain 403, and nothing is kept."""
    assert post(house, {**text_form(), **{k: v for k, v in changed.items() if v is not None}} if None not in
                changed.values() else text_form(**changed)).status == 403  # fmt: skip
    assert not house.rows(Exchange)


@pytest.mark.of_words
@pytest.mark.parametrize("sender", ["Lakeside", "client:ana", "rcs:brand", "whatsapp:+12025550101", "anonymous", "0"])
def test_a_sender_without_a_number_is_heard_but_not_texted(house: House, nora: Colleague, sender: str) -> None:
    """The words reach a nurse, who reads that this one cannot be texted."""
    assert post(house, text_form("my chest hurts", From=sender)).status == 200
    (item,) = nora.sees("nurses")
    house.work()
    assert [row.state for row in house.rows(Outbound)] == ["withheld"]
    assert [point.cannot_text for point in house.rows(ContactPoint)] == ["not_a_number"]
    (item,) = nora.sees("nurses")
    assert item.cannot_text


@pytest.mark.of_words
@pytest.mark.parametrize("sender", ["384387", "53079", "+266696687", "+442071838750", "+12025550199"])
def test_senders_nobody_knows_are_heard_and_answered(house: House, nora: Colleague, sender: str) -> None:
    """H12: a short code, a foreign number, the number that carriers give to nobody."""
    assert post(house, text_form("I cannot breathe", From=sender)).status == 200
    (item,) = nora.sees("nurses")
    assert (item.patient_id, item.rank) == (None, 0)
    (written,) = house.rows(Outbound)
    assert "911" in written.body
    house.work()


def test_a_body_longer_than_any_carrier_sends_is_kept_whole_for_a_nurse(house: House, ana: Person) -> None:
    """Nothing unread is answered as if read (P2): the symptom stands at the very end, and no machine got that far."""
    body = "ok " * 50_000 + "and my chest hurts"
    began = time.monotonic()
    assert post(house, text_form(body)).status == 200
    assert time.monotonic() - began < 4, "the whole door has four seconds (DESIGN 7)"
    assert [row.body for row in house.rows(Exchange)] == [body]
    assert [item.list for item in house.rows(DeskItem)] == ["nurses"]
    house.work()
    ana.reads("911")
