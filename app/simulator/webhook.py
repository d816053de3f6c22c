"""One signed request from the carrier to the practice, within the carrier's limits of time, and its retries."""

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from app.simulator import overrides
from app.simulator.account import Account
from app.simulator.overrides import Failure, Limits
from app.simulator.signing import signature, signed_url

LARGEST_ANSWER = 64 * 1024
LEAST_SECONDS = 0.05
UNREACHED = "The practice's system could not be reached: nothing answers at its address."
HUNG_UP = "The practice's system hung up before it had answered."


@dataclass(frozen=True, slots=True)
class Answer:
    """body: one byte more than LARGEST_ANSWER when there was more."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Try:
    """What came of one try. failure: why the carrier might try again; problem: no answer, as a sentence for people."""

    answer: Answer | None
    failure: Failure | None
    problem: str = ""


def tries(account: Account, url: str, params: Mapping[str, str], token: str) -> Iterator[Try]:
    """POST the form, again if the limits say so: the same request with the same token. The last try is what counts.

    Redirects are not followed: the practice's webhooks must not use them.
    """
    limits = overrides.limits(url)
    deadline = time.monotonic() + limits.total
    for _ in range(1 + limits.retries):
        one = _try(account, url, params, token, limits, deadline)
        yield one
        if one.failure not in limits.after or time.monotonic() >= deadline:
            return


def _try(account: Account, url: str, params: Mapping[str, str], token: str, limits: Limits, deadline: float) -> Try:
    try:
        connection = _connect(account.route(url), min(limits.connect, _left(deadline)))
    except OSError:
        return Try(None, "ct", UNREACHED)
    connection.sock.settimeout(min(limits.read, _left(deadline)))
    with _cut_at(deadline, connection.sock):
        return _ask(connection, account, url, params, token, deadline)


def _ask(
    connection: http.client.HTTPConnection, account: Account, url: str, params: Mapping[str, str], token: str,
    deadline: float,
) -> Try:  # fmt: skip
    response = None
    try:
        _send(connection, account, url, params, token)
        response = connection.getresponse()
        body = _body(response)
    except (OSError, http.client.HTTPException) as problem:
        late = isinstance(problem, TimeoutError) or time.monotonic() >= deadline
        sentence = "The practice's system did not answer in time." if late else HUNG_UP
        return Try(None, "partial" if response else "rt", sentence)
    finally:
        connection.close()
    return Try(Answer(response.status, response.getheader("Content-Type", ""), body), _failure(response.status))


def _body(response: http.client.HTTPResponse) -> bytes:
    body = response.read(LARGEST_ANSWER + 1)
    if response.length and len(body) <= LARGEST_ANSWER:
        raise http.client.IncompleteRead(body, response.length)
    return body


def _failure(status: int) -> Failure | None:
    return {4: "4xx", 5: "5xx"}.get(status // 100)  # type: ignore[return-value]


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), LEAST_SECONDS)


@contextlib.contextmanager
def _cut_at(deadline: float, line: socket.socket) -> Iterator[None]:
    """Hang up at the deadline even on a practice that keeps sending a little."""
    timer = threading.Timer(_left(deadline), _hang_up, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed already: it was in time after all
        line.shutdown(socket.SHUT_RDWR)


def _connect(address: str, seconds: float) -> http.client.HTTPConnection:
    scheme, netloc, *_ = urlsplit(address)
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(netloc.rpartition("@")[2], timeout=seconds)
    try:
        connection.connect()
    except OSError:
        connection.close()
        raise
    return connection


def _send(
    connection: http.client.HTTPConnection, account: Account, url: str, params: Mapping[str, str], token: str
) -> None:
    parts = urlsplit(signed_url(url))
    body = urlencode(params, encoding="utf-8", errors="surrogatepass").encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
    headers = {
        "Host": parts.netloc,
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Connection": "close",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "I-Twilio-Idempotency-Token": token,
        "X-Home-Region": "us1",
        "X-Twilio-Signature": signature(account.auth_token, url, params),
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)
