"""The strict shape of what Twilio sends, looked at once the signature holds (HAZARDS F7, F8)."""

import re
from datetime import datetime

from werkzeug.datastructures import MultiDict

from app.inbound.scene import InboundText
from app.messaging.delivery import Report
from app.numbers import BadNumber, as_sender
from app.settings import Settings
from app.words import clean

MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
PRINTABLE = re.compile(r"[\x20-\x7e]{1,64}")
SWALLOWED = re.compile(r"\+?\d{3,15}[A-Za-z]")
MEDIA_URL = re.compile(r"MediaUrl\d")
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
STATUS = re.compile(r"[a-z_]{1,20}")
ERROR_CODE = re.compile(r"\d{0,6}")
MOST_MEDIA = 10


class BadForm(Exception):
    """The request is signed but not what we take; the message says which field."""


def inbound_text(form: "MultiDict[str, str]", settings: Settings, received_at: datetime) -> InboundText:
    """An inbound message from its form. Raises BadForm for a missing, repeated or misshapen field."""
    expect_account(form, settings)
    ours = one(form, "To")
    if ours not in settings.numbers:
        raise BadForm("To is not a number of ours")
    key = shaped(form, "MessageSid", MESSAGE_SID)
    number, can_be_texted = _sender(form)
    media_count = _count(form)
    cleaned = clean(_words(form, media_count))
    return InboundText(
        key=key,
        from_number=number,
        to_number=ours,
        body=cleaned.words,
        raw=cleaned.raw,
        media_count=media_count,
        opt_out_type=one_or(form, "OptOutType", "").upper(),
        can_be_texted=can_be_texted,
        received_at=received_at,
    )


def status_report(form: "MultiDict[str, str]", settings: Settings, token: str) -> Report:
    """A status callback from its form and our token in the address. Raises BadForm."""
    expect_account(form, settings)
    if not TOKEN.fullmatch(token):
        raise BadForm("the address carries no token of ours")
    code = one_or(form, "ErrorCode", "")
    if not ERROR_CODE.fullmatch(code):
        raise BadForm("ErrorCode is not a number")
    return Report(token, shaped(form, "MessageSid", MESSAGE_SID), shaped(form, "MessageStatus", STATUS), code)


def expect_account(form: "MultiDict[str, str]", settings: Settings) -> None:
    """Raises BadForm for another account's."""
    if one(form, "AccountSid") != settings.twilio_account_sid:
        raise BadForm("AccountSid is not ours")


def _sender(form: "MultiDict[str, str]") -> tuple[str, bool]:
    """The number it came from, and whether it can be texted: words from a sender without a number still count."""
    sender = one(form, "From")
    try:
        return as_sender(sender), True
    except BadNumber:
        # a number that runs on into letters has swallowed the name of the next field (F7)
        if PRINTABLE.fullmatch(sender) and not SWALLOWED.match(sender):
            return sender, False
        raise BadForm("From is not a sender") from None


def _count(form: "MultiDict[str, str]") -> int:
    """How many media there are; the addresses count too, should the number be missing (F7)."""
    count = one_or(form, "NumMedia", "0")
    if not count.isdecimal() or not count.isascii():
        raise BadForm("NumMedia is not a number")
    named = sum(1 for name in form if MEDIA_URL.fullmatch(name))
    return min(max(int(count.lstrip("0")[:3] or "0"), named), MOST_MEDIA)


def _words(form: "MultiDict[str, str]", media_count: int) -> str:
    """What was written; only a picture may come without a Body (TWILIO 1.1), else its name was altered (F7)."""
    if "Body" not in form and not media_count:
        raise BadForm("Body must be there once")
    return one_or(form, "Body", "")


def shaped(form: "MultiDict[str, str]", name: str, shape: re.Pattern[str]) -> str:
    """A field that must be there once and look so. Raises BadForm."""
    value = one(form, name)
    if not shape.fullmatch(value):
        raise BadForm(f"{name} does not look like one")
    return value


def one(form: "MultiDict[str, str]", name: str) -> str:
    """A field that must be there once. Raises BadForm."""
    values = form.getlist(name)
    if len(values) != 1 or not values[0]:
        raise BadForm(f"{name} must be there once")
    return values[0]


def one_or(form: "MultiDict[str, str]", name: str, otherwise: str) -> str:
    """A field that may be left out, but not be there twice. Raises BadForm."""
    values = form.getlist(name)
    if len(values) > 1:
        raise BadForm(f"{name} must be there once")
    return values[0] if values else otherwise
