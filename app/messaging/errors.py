"""The carrier's error codes and what each means for us (TWILIO 3.3)."""

from typing import Literal

Meaning = Literal[
    "opted_out", "landline", "bad_number", "temporary", "blocked", "configuration", "expired", "unexplained"
]

MEANINGS: dict[str, Meaning] = {
    "21610": "opted_out",
    "21211": "bad_number",
    "30005": "bad_number",
    "21614": "landline",
    "21635": "landline",
    "30006": "landline",
    "21611": "temporary",
    "10004": "temporary",
    "30001": "temporary",
    "30003": "temporary",
    "30008": "temporary",
    "30017": "temporary",
    "30022": "temporary",
    "30023": "temporary",
    "30027": "temporary",
    "30410": "temporary",
    "20429": "temporary",
    "30004": "blocked",
    "30007": "blocked",
    "30450": "blocked",
    "30610": "blocked",
    "30640": "blocked",
    "20003": "configuration",
    "20404": "configuration",
    "21408": "configuration",
    "21606": "configuration",
    "21612": "configuration",
    "21617": "configuration",
    "21620": "configuration",
    "21623": "configuration",
    "21703": "configuration",
    "21704": "configuration",
    "30002": "configuration",
    "30032": "configuration",
    "30033": "configuration",
    "30034": "configuration",
    "30035": "configuration",
    "30036": "expired",
}

CANNOT_BE_TEXTED: frozenset[Meaning] = frozenset({"landline", "bad_number"})
"""Meanings that will not change by themselves: the number needs a call or a new number."""


def meaning(code: str | None) -> Meaning:
    """What an error code tells us; a code we do not know is `unexplained` and goes to a person."""
    return MEANINGS.get(code or "", "unexplained")
