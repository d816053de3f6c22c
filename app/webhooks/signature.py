"""Is this request really from Twilio? (TWILIO 2; hazard H68)"""

from collections.abc import Mapping

from flask import Request
from twilio.request_validator import RequestValidator

from app.settings import Settings

HEADER = "X-Twilio-Signature"


def genuine(request: Request, settings: Settings) -> bool:
    """Whether the request carries a signature over the address Twilio was given and every form field.

    The address is PUBLIC_BASE_URL plus the raw request target: `request.url` decodes what was signed encoded.
    Both auth tokens count while they are being rotated.
    """
    signature = request.headers.get(HEADER)
    target = _raw_target(request.environ)
    if not signature or target is None:
        return False
    address = settings.public_base_url + target
    return any(_fits(token, address, request, signature) for token in settings.auth_tokens)


def _fits(token: str, address: str, request: Request, signature: str) -> bool:
    try:
        return bool(RequestValidator(token).validate(address, request.form, signature))
    except (TypeError, ValueError, UnicodeError):
        # the validator raises, instead of saying no, for a header or body it was not made for (TWILIO 2.2)
        return False


def _raw_target(environ: Mapping[str, object]) -> str | None:
    """Path and query exactly as they stood on the wire; None (and so refused) when the server does not say."""
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    return target if isinstance(target, str) and target.startswith("/") else None
