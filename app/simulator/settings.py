"""The demo's carrier from the environment, refused with a sentence when anything is amiss.

HANDRAIL_MODE (must be demo), SIM_PORT, SIM_LEDGER (path), SIM_PHONES (path of a JSON list of
{"number", "label", "kind"}; optional), SIM_WEBHOOK_URL (else PUBLIC_BASE_URL + /twilio/sms), SIM_FALLBACK_URL (asked
when the webhook fails; optional), SIM_TIME_ZONE (by whose clock the phones in the browser go; optional), and the app's
own TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_KEY, TWILIO_API_SECRET, TWILIO_FROM, PAGING_FROM.
"""

import json
import os
from pathlib import Path

from app.simulator.carrier import Carrier


class BadSettings(Exception):
    """Says what to change."""


def port() -> int:
    """SIM_PORT. Raises BadSettings when it is no port."""
    text = _needed("SIM_PORT")
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise BadSettings("SIM_PORT must be a port number between 1 and 65535.")
    return int(text)


def open_carrier() -> Carrier:
    """The carrier on its ledger with the handsets of SIM_PHONES."""
    if _needed("HANDRAIL_MODE") != "demo":
        raise BadSettings("The stand-in carrier runs only with HANDRAIL_MODE=demo: it must never sit beside live.")
    port()
    key = os.environ.get("TWILIO_API_KEY")
    paging = os.environ.get("PAGING_FROM")
    carrier = Carrier(
        _needed("TWILIO_ACCOUNT_SID"),
        _needed("TWILIO_AUTH_TOKEN").partition(",")[0].strip(),
        _webhook_url(),
        numbers=[_needed("TWILIO_FROM"), *([paging] if paging else [])],
        ledger=Path(_needed("SIM_LEDGER")),
        api_keys={key: _needed("TWILIO_API_SECRET")} if key else {},
        fallback_url=os.environ.get("SIM_FALLBACK_URL") or None,
        time_zone=os.environ.get("SIM_TIME_ZONE", "").strip(),
    )
    add_phones(carrier, os.environ.get("SIM_PHONES"))
    return carrier


def add_phones(carrier: Carrier, path: str | None) -> None:
    """Make the handsets that the file lists; those already there only take its labels."""
    if not path:
        return
    try:
        listed = json.loads(Path(path).read_text(encoding="utf-8"))
        for one in listed:
            carrier.handset(one["number"], kind=one.get("kind", "mobile"), label=one["label"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BadSettings(f"SIM_PHONES names {path}, which is no list of phones: {fault!r}.") from fault


def _webhook_url() -> str:
    given = os.environ.get("SIM_WEBHOOK_URL")
    return given or _needed("PUBLIC_BASE_URL").rstrip("/") + "/twilio/sms"


def _needed(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise BadSettings(f"{name} is not set: the stand-in carrier needs it.")
    return value
