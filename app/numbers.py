"""Telephone numbers: parsing, showing and hiding them."""

import re
from functools import lru_cache

import phonenumbers

HOME_REGION = "US"
SHORT_CODE = re.compile(r"^\d{3,8}$")


class BadNumber(ValueError):
    """The text is not a telephone number that could be dialled."""


def as_e164(text: str) -> str:
    """`(415) 555-0123` → `+14155550123`. Raises BadNumber with a sentence."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise BadNumber(f"“{text}” cannot be read as a telephone number") from error
    if not phonenumbers.is_possible_number(number):
        raise BadNumber(f"“{text}” has too few or too many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_sender(text: str) -> str:
    """The number a carrier says a message came from: E.164, or a short code kept as it is.

    Carrier ids are taken at their word when they look like E.164, so that a number our library does not
    know yet still reaches a person (hazard H12). Raises BadNumber for anything else.
    """
    stripped = text.strip()
    if re.fullmatch(r"\+[1-9]\d{6,14}", stripped) or SHORT_CODE.match(stripped):
        return stripped
    raise BadNumber("the sender is not a telephone number")


@lru_cache(maxsize=64)
def may_be(shown: str, number: str) -> bool:
    """Whether a number as the carrier shows it may be this one: a redacted one has lost its last four digits."""
    return shown == number or (
        len(shown) == len(number) and shown[:-4] == number[:-4] and not any(sign.isdigit() for sign in shown[-4:])
    )


@lru_cache(64)
def spoken(e164: str) -> str:
    """`+14155550123` → `(415) 555-0123`, as people here write it. What is no whole number, such as the `+1415555XXXX`
    of a redacted text, stays as it is: the library would read the letters as keys of a telephone."""
    if not re.fullmatch(r"\+\d+", e164):
        return e164
    try:
        number = phonenumbers.parse(e164, HOME_REGION)
    except phonenumbers.NumberParseException:
        return e164
    style = phonenumbers.PhoneNumberFormat.NATIONAL
    if number.country_code != phonenumbers.country_code_for_region(HOME_REGION):
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
