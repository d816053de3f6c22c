"""Signed texts as the carrier posts them, made ahead so that the load client has nothing to compute."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from app.simulator.signing import signature
from tests.house import ACCOUNT, CLINIC, TOKEN

PATH = "/twilio/sms"


def number(patient: int) -> str:
    """The telephone of the nth patient, counted from 0: E.164, a different one for each of ten million."""
    return f"+1415{2_000_000 + patient:07d}"


def write(path: Path, base_url: str, numbers: Iterable[str], body: str = "1") -> None:
    """One JSON line for each text: [number, body, form, signature]; a fresh MessageSid in each."""
    with path.open("w", encoding="utf-8") as file:
        for sender in numbers:
            form = fields(sender, body)
            line = [sender, body, urlencode(form), signature(TOKEN, base_url + PATH, form)]
            file.write(json.dumps(line) + "\n")


def fields(sender: str, body: str) -> dict[str, str]:
    """The form of one inbound text, with the fields that Twilio sends for a plain one."""
    sid = "SM" + secrets.token_hex(16)
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": body,
        "From": sender,
        "FromCity": "SAN FRANCISCO",
        "FromCountry": "US",
        "FromState": "CA",
        "FromZip": "94105",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": CLINIC,
        "ToCity": "",
        "ToCountry": "US",
        "ToState": "",
        "ToZip": "",
    }
