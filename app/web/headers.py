"""What every answer tells the browser to refuse (DEPENDENCIES 7)."""

from flask import Flask, Response

from app import settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
LIVE_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


def protect(web: Flask) -> None:
    """Put the headers on every answer, errors too."""
    web.after_request(_add)


def _add(response: Response) -> Response:
    response.headers.update(ALWAYS)
    response.headers.setdefault("Cache-Control", "no-store")
    if settings.current().live:
        response.headers.update(LIVE_ONLY)
    return response
