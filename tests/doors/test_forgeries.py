"""A hundred ways to be somebody else at the door: each refused, none a fault of ours, nothing kept (H68, F7)."""

import base64
import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from app.models.conversations import Exchange
from app.models.outbox import DeliveryEvent
from tests.doors.twilio import FORM, Answer, knock, new_sid, post, signature, text_form
from tests.house import TOKEN, House

REFUSED = (400, 403, 405, 413)
SMS, STATUS = "/twilio/sms", "/twilio/status?m=" + "t" * 32


@pytest.fixture(scope="module")
def house(furnished_sqlite: Path, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all: what is refused here must never reach a database."""
    directory = tmp_path_factory.mktemp("forgeries")
    copy = directory / "handrail.db"
    copy.write_bytes(furnished_sqlite.read_bytes())
    running = House(f"sqlite:///{copy}", valkey_url, directory)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _nothing_was_kept(house: House) -> Iterator[None]:
    before = len(house.rows(Exchange)), len(house.rows(DeliveryEvent))
    yield
    assert (len(house.rows(Exchange)), len(house.rows(DeliveryEvent))) == before


def _right(house: House, form: dict[str, str], target: str = SMS) -> str:
    return signature(house.door.url + target, form.items())


BAD_SIGNATURES = {
    "none": "-",
    "empty": "",
    "the word None": "None",
    "spaces": "   ",
    "not ASCII": "é" * 28,
    "not base64": "?" * 28,
    "one sign too few": "A" * 27,
    "very long": "A" * 5000,
    "base64 of nothing": base64.b64encode(b"").decode(),
    "the token itself": TOKEN,
    "a percent": "%00%00",
}


@pytest.mark.parametrize("header", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
@pytest.mark.parametrize("target", [SMS, STATUS])
def test_headers_that_are_no_signature(house: House, target: str, header: str) -> None:
    answer = post(house, text_form(), target=target, signed=header)
    assert answer.status == 403


Mangle = Callable[[House, dict[str, str]], str]
MANGLED: dict[str, Mangle] = {
    "wrong token": lambda house, form: signature(house.door.url + SMS, form.items(), "another token"),
    "empty token": lambda house, form: signature(house.door.url + SMS, form.items(), ""),
    "cut short": lambda house, form: _right(house, form)[:-1],
    "one sign more": lambda house, form: _right(house, form) + "=",
    "another case": lambda house, form: _right(house, form).swapcase(),
    "twice": lambda house, form: _right(house, form) + ", " + _right(house, form),
    "https": lambda house, form: signature(house.door.url.replace("http", "https", 1) + SMS, form.items()),
    "another host": lambda _, form: signature("http://evil.example" + SMS, form.items()),
    "another port": lambda _, form: signature("http://127.0.0.1:8443" + SMS, form.items()),
    "a slash more": lambda house, form: signature(house.door.url + SMS + "/", form.items()),
    "a query": lambda house, form: signature(house.door.url + SMS + "?x=1", form.items()),
    "the other door": lambda house, form: signature(house.door.url + STATUS, form.items()),
    "no fields": lambda house, _: signature(house.door.url + SMS, ()),
    "fields as sent": lambda house, form: signature(house.door.url + SMS + urlencode(form), ()),
}


@pytest.mark.parametrize("mangle", MANGLED.values(), ids=MANGLED)
def test_signatures_of_something_else(house: House, mangle: Mangle) -> None:
    form = text_form()
    assert post(house, form, signed=mangle(house, form)).status == 403


CHANGED_AFTERWARDS = {
    "the words": {"Body": "1"},
    "the sender": {"From": "+12025550177"},
    "the id": {"MessageSid": new_sid()},
    "our number": {"To": "+15005550009"},
    "the account": {"AccountSid": "AC" + "1" * 32},
    "a picture": {"NumMedia": "1"},
    "one field more": {"Extra": "1"},
    "a space at the end": {"Body": "hello "},
    "a keyword of the carrier": {"OptOutType": "STOP"},
}


@pytest.mark.parametrize("changed", CHANGED_AFTERWARDS.values(), ids=CHANGED_AFTERWARDS)
def test_forms_changed_after_they_were_signed(house: House, changed: dict[str, str]) -> None:
    form = text_form()
    assert post(house, {**form, **changed}, signed=_right(house, form)).status == 403


def _moved(form: dict[str, str], name: str, by: int) -> dict[str, str]:
    """The boundary between a name and its value, moved: the signed string stays the same (F7)."""
    value = form[name]
    glued = name + value
    cut = len(name) + by
    return {**{key: kept for key, kept in form.items() if key != name}, glued[:cut]: glued[cut:]}


@pytest.mark.parametrize("name", ["AccountSid", "From", "MessageSid", "To", "Body"])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_boundary_moved_between_a_name_and_its_value(house: House, name: str, by: int) -> None:
    """F7: the library says such a form is signed; the schema must not take it."""
    form = text_form()
    assert post(house, _moved(form, name, by), signed=_right(house, form)).status in REFUSED


SWALLOWED = [("ApiVersion", "Body"), ("Body", "From"), ("From", "FromCity"), ("From", "MessageSid"),
             ("MessageSid", "NumMedia"), ("NumMedia", "NumSegments"), ("SmsStatus", "To"),
             ("To", "ToCity")]  # fmt: skip


@pytest.mark.parametrize(("eater", "eaten"), SWALLOWED)
def test_a_field_swallowed_by_the_one_before_it(house: House, eater: str, eaten: str) -> None:
    """F7: `Body=hi` + `From=+1…` is signed like `Body=hiFrom+1…`."""
    form = text_form(FromCity=None) if eaten == "MessageSid" else text_form()
    without = {name: value for name, value in form.items() if name != eaten}
    forged = {**without, eater: form[eater] + eaten + form[eaten]}
    assert signature("x", forged.items()) == signature("x", form.items()), "these two do not stand side by side"
    assert post(house, forged, signed=_right(house, form)).status in REFUSED


@pytest.mark.parametrize("name", ["AccountSid", "From", "MessageSid", "To", "Body", "NumMedia"])
def test_a_value_repeated(house: House, name: str) -> None:
    """F7: repeats of one value are signed once; which of two would count is not ours to guess."""
    form = text_form()
    assert post(house, [*form.items(), (name, form[name])], signed=_right(house, form)).status in REFUSED


@pytest.mark.parametrize("name", ["AccountSid", "From", "MessageSid", "To", "Body"])
def test_two_values_for_one_name_though_both_are_signed(house: House, name: str) -> None:
    form = text_form()
    assert post(house, [*form.items(), (name, form[name] + "0")]).status in REFUSED


@pytest.mark.parametrize("name", ["AccountSid", "From", "MessageSid", "To"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_field_missing_though_signed(house: House, name: str, value: str | None) -> None:
    """F7: without an id nothing could tell a repeat; without our number it is not for us."""
    assert post(house, text_form(**{name: value})).status in REFUSED


WRONG_IDS = ["SM", "SM" + "0" * 31, "SM" + "0" * 33, "SM" + "g" * 32, "sm" + "0" * 32, "CA" + "0" * 32,
             "SM" + "0" * 32 + "\n", " SM" + "0" * 32, "SM" + "０" * 32, "' or 1=1 --", "SM\0" + "0" * 31]  # fmt: skip


@pytest.mark.parametrize("sid", WRONG_IDS)
def test_ids_that_are_none(house: House, sid: str) -> None:
    assert post(house, text_form(MessageSid=sid)).status in REFUSED
    assert post(house, {"AccountSid": text_form()["AccountSid"], "MessageSid": sid, "MessageStatus": "sent"},
                target=STATUS).status in REFUSED  # fmt: skip


def test_a_signed_json_body_is_no_form(house: House) -> None:
    """The signature of a JSON body says nothing of a form: what we need is not there."""
    target = SMS + "?bodySHA256=" + "0" * 64
    answer = post(house, (), target=target, body=b'{"Body":"1"}', headers={"Content-Type": "application/json"})
    assert answer.status in REFUSED


BODIES = {
    "nothing": (FORM, b""),
    "only signs": (FORM, b"&&&===&&&"),
    "not UTF-8": (FORM, b"Body=%ff%fe&From=%80"),
    "raw bytes": (FORM, bytes(range(256))),
    "JSON": ("application/json", b'{"Body": "1", "From": "+12025550101"}'),
    "JSON in another charset": ("application/json; charset=utf-7", b"+AHsAfQ-"),
    "XML": ("text/xml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
    "multipart without an end": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"'),
    "multipart without a boundary": ("multipart/form-data", b"--x--"),
    "a thousand fields": (FORM, b"&".join(b"f%d=1" % number for number in range(1000))),
    "a huge field": (FORM, b"Body=" + b"a" * 300_000),
    "no content type": ("-", urlencode(text_form()).encode()),
    "an odd content type": ("x" * 500, urlencode(text_form()).encode()),
}


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("target", [SMS, STATUS])
def test_bodies_that_are_no_form_of_ours(house: House, target: str, content_type: str, body: bytes) -> None:
    answer = post(house, text_form(), target=target, body=body, headers={"Content-Type": content_type})
    assert answer.status in REFUSED


def test_a_multipart_form_with_a_files_part_is_refused(house: House) -> None:
    """Twilio posts plain forms; a file under the name of a field is not that field."""
    form = text_form()
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    parts[4] = parts[4].replace("; name=", '; filename="sid"; name=')
    answer = post(house, form, body=("".join(parts) + "--x--\r\n").encode(),
                  headers={"Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    assert answer.status in REFUSED


def test_forwarded_headers_change_nothing(house: House) -> None:
    form = text_form()
    elsewhere = signature("https://evil.example/twilio/sms", form.items())
    names = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": ""}
    assert post(house, form, signed=elsewhere, headers=names).status == 403
    assert post(house, form, signed=elsewhere, headers={"Host": "evil.example"}).status == 403


@pytest.mark.parametrize("target", ["http://evil.example/twilio/sms", "//evil.example/twilio/sms"])
def test_a_whole_address_as_the_target(house: House, target: str) -> None:
    form = text_form()
    signed = signature(target, form.items())
    assert post(house, form, target=target, signed=signed).status in (*REFUSED, 404)


def test_a_token_that_is_none_of_ours(house: House) -> None:
    """The address of a status callback carries our token; nothing else is looked up with it."""
    form = {"AccountSid": text_form()["AccountSid"], "MessageSid": new_sid(), "MessageStatus": "delivered"}
    for token in ("", "short", "x" * 65, "../../etc/passwd", "%00" * 16, "' or ''='", "é" * 20):
        quoted = urlencode({"m": token})
        assert post(house, form, target=f"/twilio/status?{quoted}").status in REFUSED


def test_refusals_say_nothing_about_the_inside(house: House) -> None:
    answer: Answer = knock(house, "POST", SMS, b"Body=secretword", {"Content-Type": FORM})
    assert answer.status == 403
    for word in (b"Traceback", b"secretword", b"sqlite", b"werkzeug", b"signature"):
        assert word not in answer.body.lower()


def test_a_request_that_breaks_off_disturbs_nobody(house: House) -> None:
    connection = http.client.HTTPConnection(urlsplit(house.door.url).netloc, timeout=5)
    connection.putrequest("POST", SMS)
    connection.putheader("Content-Length", "5000")
    connection.putheader("Content-Type", FORM)
    connection.endheaders(b"Body=half")
    connection.close()
    assert post(house, text_form(), signed="").status == 403
