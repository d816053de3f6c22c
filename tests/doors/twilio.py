"""A few lines that sign and post like Twilio, byte for byte as a test wants them (written from the protocol)."""

import base64
import hashlib
import hmac
import http.client
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.house import ACCOUNT, CLINIC, TOKEN, House
from tests.people import ANAS

Pairs = Iterable[tuple[str, str]]
NOTHING = b'<?xml version="1.0" encoding="UTF-8"?><Response />'
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str


def new_sid() -> str:
    return "SM" + secrets.token_hex(16)


def text_form(body: str | None = "hello", **changed: str | None) -> dict[str, str]:
    """What Twilio posts for one text from Ana; a field changed to None is left out."""
    sid = new_sid()
    form: dict[str, str | None] = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": body, "From": ANAS, "MessageSid": sid,
        "NumMedia": "0", "NumSegments": "1", "SmsMessageSid": sid, "SmsSid": sid, "SmsStatus": "received",
        "To": CLINIC, "ToCity": "", "FromCity": "",
    }  # fmt: skip
    return {name: value for name, value in {**form, **changed}.items() if value is not None}


def signature(address: str, pairs: Pairs, token: str = TOKEN) -> str:
    """HMAC-SHA1 over the address, then each name and its values, sorted and without repeats (TWILIO 2.1, 2.2)."""
    signed = address.encode() + b"".join(
        name + value for name, value in sorted({(name.encode(), value.encode()) for name, value in pairs})
    )
    return base64.b64encode(hmac.new(token.encode(), signed, hashlib.sha1).digest()).decode()


def post(
    house: House, pairs: Mapping[str, str] | Pairs, *, target: str = "/twilio/sms", signed: str | None = None,
    body: bytes | None = None, headers: Mapping[str, str] | None = None, method: str = "POST",
) -> Answer:  # fmt: skip
    """Post a form to the house, properly signed unless `signed` (or a header) says otherwise."""
    pairs = list(pairs.items() if isinstance(pairs, Mapping) else pairs)
    sent = {
        "Content-Type": FORM,
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signature(house.door.url + target, pairs) if signed is None else signed,
        **(headers or {}),
    }
    return knock(house, method, target, urlencode(pairs).encode() if body is None else body, sent)


def knock(house: House, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """One raw request; a header whose value is an empty string is sent empty, one that is "-" not at all."""
    connection = http.client.HTTPConnection(urlsplit(house.door.url).netloc, timeout=15)
    connection.putrequest(method, target, skip_accept_encoding=True, skip_host="Host" in headers)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        if value != "-":
            connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(body)
    response = connection.getresponse()
    answer = Answer(response.status, response.read(), response.getheader("Content-Type", ""))
    connection.close()
    return answer
