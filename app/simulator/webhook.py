"""One signed request from the carrier to the practice, within the carrier's limits of time."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from app.simulator.account import Account
from app.simulator.signing import signature, signed_url

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
CONNECT_TRIES = 2
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes


class Unreached(Exception):
    """The practice gave no answer; the text is a sentence for people."""


def post(account: Account, url: str, params: Mapping[str, str], token: str) -> Answer:
    """POST the form and wait for the answer. Only a failed connection is tried again, with the same token.

    Redirects are not followed: the practice's webhooks must not use them.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    connection = _connect(account.reach_at or url, deadline)
    try:
        _send(connection, account, url, params, token)
        response = connection.getresponse()
        body = response.read(LARGEST_ANSWER)
        return Answer(response.status, response.getheader("Content-Type", ""), body)
    except TimeoutError:
        raise Unreached(f"The practice's system did not answer within {TOTAL_SECONDS:.0f} seconds.") from None
    except (OSError, http.client.HTTPException):
        raise Unreached("The practice's system hung up before it had answered.") from None
    finally:
        connection.close()


def _connect(address: str, deadline: float) -> http.client.HTTPConnection:
    scheme, netloc, *_ = urlsplit(address)
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    for _ in range(CONNECT_TRIES):
        connection = kind(netloc.rpartition("@")[2], timeout=CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError:
            connection.close()
            continue
        connection.sock.settimeout(max(deadline - time.monotonic(), 0.1))
        return connection
    raise Unreached("The practice's system could not be reached: nothing answers at its address.")


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
