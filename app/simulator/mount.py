"""Puts the browser phone of the stand-in carrier's own process under /phone of the demo's web address."""

import http.client
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/phone"
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
SECONDS = 30.0
"""More than the carrier waits for the practice: sending a text answers when the webhook has."""
PASSED_ON = frozenset(
    {
        "content-type",
        "content-length",
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cache-control",
    }
)
ABSENT = b"The stand-in carrier is not running, so there is no phone. Start the demo again with `make demo`.\n"


def with_phone(wsgi_app: WSGIApplication, simulator_base_url: str) -> WSGIApplication:
    """The application with /phone passed on to `http://127.0.0.1:<port>`. Demo mode only: call it nowhere else."""
    base = urlsplit(simulator_base_url)
    if base.scheme != "http" or base.hostname not in THIS_MACHINE:
        raise ValueError("The browser phone is mounted only from a stand-in carrier on http://127.0.0.1:<port>.")
    host, port = base.hostname, base.port or 80

    def mounted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(PREFIX + "/"):
            return wsgi_app(environ, start_response)
        return _pass_on(host, port, environ, start_response)

    return mounted


def _pass_on(host: str, port: int, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request(environ["REQUEST_METHOD"], _target(environ), _body(environ), _headers(environ))
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException):
        start_response("502 Bad Gateway", [("Content-Type", "text/plain; charset=utf-8")])
        return [ABSENT]
    finally:
        connection.close()
    headers = [(name, value) for name, value in answer.getheaders() if name.lower() in PASSED_ON]
    start_response(f"{answer.status} {answer.reason}", headers)
    return [content]


def _target(environ: WSGIEnvironment) -> str:
    """Phone addresses are plain ASCII; anything else is nobody's."""
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    target = path + (f"?{query}" if query else "")
    return target if target.isascii() and target.isprintable() and " " not in target else PREFIX


def _body(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    body: bytes = environ["wsgi.input"].read(min(int(length), 64 * 1024)) if length.isdecimal() else b""
    return body


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    return {"Content-Type": environ.get("CONTENT_TYPE", "")} if environ.get("CONTENT_TYPE") else {}
