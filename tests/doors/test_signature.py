"""Only Twilio may come in: signatures over the address as it was called, judged by others' vectors (H68, F7)."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from app.settings import Settings
from app.webhooks.signature import genuine
from tests.doors.twilio import FORM, signature
from tests.doors.vectors import VECTORS, Vector
from tests.house import TOKEN, house_settings

BASE = "https://handrail.example.org"
FIELDS = (("Body", "sí, 1 + 1 & más"), ("From", "+12025550101"))
ODD_TARGETS = (
    "/twilio/sms?who=%7Ehome",
    "/twilio/sms?name=Nu%C3%B1ez",
    "/twilio/sms?path=a%2Fb%3Ac",
    "/twilio/sms?x=a+b%2Bc&y=%C3%B1&z=%7Eq",
    "/twilio/sms?quote=%27%41",
    "/twilio%2Fsms",
    "/twilio/s%6ds",
    "/twilio/sms?empty=&again=",
    "/twilio/sms?lower=%c3%b1",
)


def called(
    target: str, body: bytes, *, signed: str | None, base: str = BASE, content_type: str = FORM,
    **environ: object,
) -> Request:  # fmt: skip
    """The request as a server that keeps the raw target hands it on."""
    path, _, query = target.partition("?")
    made = EnvironBuilder(path=path, query_string=query, base_url=base, method="POST").get_environ()
    made |= {"RAW_URI": target, "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    made["wsgi.input"] = BytesIO(body)
    if signed is not None:
        made["HTTP_X_TWILIO_SIGNATURE"] = signed
    made.update(environ)
    return Request({name: value for name, value in made.items() if value is not None})


def practice(base: str = BASE, token: str = TOKEN) -> Settings:
    return house_settings(PUBLIC_BASE_URL=base, TWILIO_AUTH_TOKEN=token)


def body_of(fields: tuple[tuple[str, str], ...]) -> bytes:
    return urlencode(fields).encode()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_signatures_that_others_made(vector: Vector) -> None:
    """The libraries', the documentation's and a captured call's (TWILIO 2.5)."""
    is_json = isinstance(vector.params, str)
    body = vector.params.encode() if isinstance(vector.params, str) else body_of(vector.params)
    request = called(
        vector.target, body, signed=vector.signature, base=vector.base,
        content_type="application/json" if is_json else FORM,
    )  # fmt: skip
    assert genuine(request, practice(vector.base, vector.token)) is vector.genuine


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.genuine], ids=lambda vector: vector.name)
def test_each_of_them_fails_with_another_token_or_another_field(vector: Vector) -> None:
    """A vector that passed whatever the token would prove nothing."""
    fields = vector.params if isinstance(vector.params, tuple) else ()
    asked = {"target": vector.target, "signed": vector.signature, "base": vector.base}
    right = called(body=body_of(fields), **asked)
    more = called(body=body_of((*fields, ("Extra", "1"))), **asked)
    assert not genuine(right, practice(vector.base, "another token"))
    assert not genuine(more, practice(vector.base, vector.token))


@pytest.mark.parametrize("target", ODD_TARGETS)
def test_the_address_counts_as_it_stood_on_the_wire(target: str) -> None:
    """TWILIO 2.3: a decoded or re-encoded address would not fit what was signed."""
    signed = signature(BASE + target, FIELDS)
    assert genuine(called(target, body_of(FIELDS), signed=signed), practice())


@pytest.mark.parametrize("target", ODD_TARGETS)
def test_another_spelling_of_the_same_address_does_not_count(target: str) -> None:
    signed = signature(BASE + target, FIELDS)
    other = target.replace("%7E", "~").replace("%C3%B1", "%c3%b1").replace("%2F", "/").replace("%27", "'")
    other = other.replace("%6d", "m").replace("&again=", "").replace("%c3%b1" if other == target else "\0", "%C3%B1")
    assert other != target
    assert not genuine(called(other, body_of(FIELDS), signed=signed), practice())


def test_a_proxy_may_call_us_what_it_likes() -> None:
    """PUBLIC_BASE_URL is what Twilio was given; Host and X-Forwarded-* are anybody's (H68)."""
    signed = signature(BASE + "/twilio/sms", FIELDS)
    behind = {
        "HTTP_HOST": "10.0.0.7:5000", "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PROTO": "http",
    }  # fmt: skip
    assert genuine(called("/twilio/sms", body_of(FIELDS), signed=signed, **behind), practice())


@pytest.mark.parametrize(
    "named",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "handrail.example.org", "HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_FORWARDED": "host=evil.example;proto=https"},
        {"HTTP_X_ORIGINAL_URL": "/twilio/sms"},
        {"HTTP_X_REWRITE_URL": "/twilio/sms"},
        {"SCRIPT_NAME": "/evil"},
    ],
)
def test_no_header_can_make_a_signature_for_elsewhere_fit(named: dict[str, str]) -> None:
    signed = signature("https://evil.example/twilio/sms", FIELDS)
    assert not genuine(called("/twilio/sms", body_of(FIELDS), signed=signed, **named), practice())


@pytest.mark.parametrize("token", ["the old one", "the new one"])
def test_both_tokens_count_while_they_are_rotated(token: str) -> None:
    """TWILIO 2.4: the next token is known before it is promoted."""
    rotating = practice(token="the old one,the new one")
    signed = signature(BASE + "/twilio/sms", FIELDS, token)
    assert genuine(called("/twilio/sms", body_of(FIELDS), signed=signed), rotating)


def test_a_third_token_does_not_count() -> None:
    signed = signature(BASE + "/twilio/sms", FIELDS, "a third one")
    asked = called("/twilio/sms", body_of(FIELDS), signed=signed)
    assert not genuine(asked, practice(token="the old one,the new one"))


@pytest.mark.parametrize("raw", [None, "", "http://handrail.example.org/twilio/sms", "*"])
def test_without_the_raw_address_nobody_comes_in(raw: str | None) -> None:
    """A server that does not say what was called gives nothing to check: refused, not guessed (TWILIO 2.3)."""
    signed = signature(BASE + "/twilio/sms", FIELDS)
    asked = called("/twilio/sms", body_of(FIELDS), signed=signed, RAW_URI=raw, REQUEST_URI=None)
    assert not genuine(asked, practice())


def test_unknown_fields_are_welcome() -> None:
    """Twilio adds fields without notice (TWILIO 1.1)."""
    fields = (*FIELDS, ("TomorrowsField", "ñ"), ("AddOns", '{"status":"successful"}'), ("ReferralNumMedia", "0"))
    signed = signature(BASE + "/twilio/sms", fields)
    assert genuine(called("/twilio/sms", body_of(fields), signed=signed), practice())


def test_a_base_with_a_path_is_part_of_the_address() -> None:
    """Behind a proxy that strips a prefix, PUBLIC_BASE_URL carries it."""
    base = "https://example.org/handrail"
    signed = signature(base + "/twilio/sms", FIELDS)
    assert genuine(called("/twilio/sms", body_of(FIELDS), signed=signed), practice(base))
