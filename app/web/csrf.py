"""Nobody else's page can act for a person who is signed in here (H69)."""

import hmac
from urllib.parse import urlsplit

from flask import abort, request

from app import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "csrf", "X-CSRF-Token"


def refuse_foreign() -> None:
    """Refuse what another site's page sent. Pages here carry `no-referrer`, for which browsers write
    `Origin: null` on forms; then `Sec-Fetch-Site`, which no page can set, tells who asked."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        abort(403)
    own_word = site is not None and origin == "null"
    if origin is not None and not own_word and origin not in _own_origins():
        abort(403)


def refuse_without_token(expected: str) -> None:
    """Refuse an unsafe request that does not carry this sign-in's token, in its form or its header."""
    if request.method in SAFE:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        abort(403)


def _own_origins() -> set[str]:
    """The public address; in demo mode also the address the browser used, which is on this machine."""
    current = settings.current()
    base = urlsplit(current.public_base_url)
    own = {f"{base.scheme}://{base.netloc}"}
    if not current.live:
        own.add(f"http://{request.host}")
    return own
