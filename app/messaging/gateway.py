"""The only place that speaks to Twilio's REST API; says plainly whether a text or a call left, did not, or may have."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from app import db
from app.messaging import listed
from app.messaging.answers import (
    Accepted,
    Listed,
    ListedCall,
    ListUnreadable,
    NotSent,
    NotThere,
    Result,
    Seen,
    Unknown,
    answered,
)
from app.settings import Settings

SECONDS = 10
PAGE = 200
MOST_PAGES = 500
LARGEST_SOUND = 8 * 1024 * 1024
UNAUTHORIZED = 401
NOT_FOUND = 404

T = TypeVar("T")


class Gateway:
    """Twilio's official client with time limits, pointed at the account or at a stand-in."""

    def __init__(self, settings: Settings) -> None:
        key, secret = settings.twilio_api_key, settings.twilio_api_secret.get_secret_value()
        ways_in = [(key, secret)] if key else [(settings.twilio_account_sid, token) for token in settings.auth_tokens]
        self._clients = [_client(settings, *way_in) for way_in in ways_in]
        self._from = settings.twilio_from

    def send_text(self, to: str, body: str, status_callback: str, validity_seconds: int, sender: str = "") -> Result:
        """Hand one text to the carrier; `sender` is which of our numbers, if not the usual one. `validity_seconds` is
        how long it may wait there (1 to 36,000)."""

        def hand_over() -> Any:
            with db.outside("gateway.send_text"):
                return self.opened(
                    lambda client: client.messages.create(
                        to=to,
                        from_=sender or self._from,
                        body=body,
                        status_callback=status_callback,
                        validity_period=validity_seconds,
                    )
                )

        return _result(hand_over)

    def place_call(self, to: str, url: str, status_callback: str, seconds: int, sender: str = "") -> Result:
        """Have the carrier ring a number for `seconds`; `sender` as for a text. It asks `url` what to say once it knows
        whether a person or a machine answered (synchronous detection, TWILIO 5.5): neither hears the other's words."""

        def hand_over() -> Any:
            with db.outside("gateway.place_call"):
                return self.opened(
                    lambda client: client.calls.create(
                        to=to,
                        from_=sender or self._from,
                        url=url,
                        status_callback=status_callback,
                        status_callback_event=["initiated", "ringing", "answered", "completed"],
                        timeout=seconds,
                        machine_detection="DetectMessageEnd",
                    )
                )

        return _result(hand_over)

    def calls_of(self, *, to: str, since: datetime, sender: str = "") -> list[ListedCall]:
        """The carrier's calls to a number that began since then, those that wait among them. Raises ListUnreadable."""
        with readable(), db.outside("gateway.calls_of"):
            found = self.opened(lambda client: client.calls.list(to=to, from_=sender or self._from, limit=PAGE))
            calls = [listed.call(call) for call in found]
        return [call for call in calls if call.created is None or call.created >= since.astimezone(UTC)]

    def call(self, carrier_id: str) -> ListedCall | None:
        """One call as the carrier has it now; None when it has it no more. Raises ListUnreadable."""
        try:
            with readable(), db.outside("gateway.call"):
                return listed.call(self.opened(lambda client: client.calls(carrier_id).fetch()))
        except NotThere:
            return None

    def take_back_call(self, carrier_id: str) -> None:
        """Have a call that nobody has answered yet rung no more. Raises ListUnreadable when the carrier does not."""
        with readable(), db.outside("gateway.take_back_call"):
            self.opened(lambda client: client.calls(carrier_id).update(status="canceled"))

    def texts_of(
        self,
        *,
        to: str | None = None,
        sender: str | None = None,
        since: datetime | None = None,
    ) -> Iterator[Listed]:
        """The carrier's list, newest first, fetched page by page as it is gone through. `since` is about the date sent:
        with it, a text that was not sent yet is missing (TWILIO 6.2). Raises ListUnreadable, perhaps half way."""
        asked = {"to": to, "from_": sender, "date_sent_after": since and since.astimezone(UTC)}
        given = {name: value for name, value in asked.items() if value is not None}
        page = _page(lambda: self.opened(lambda client: client.messages.page(page_size=PAGE, **given)))
        for _ in range(MOST_PAGES):
            yield from page.texts
            if page.following is None:
                return
            page = _page(page.following)
        raise ListUnreadable("endless")

    def text(self, carrier_id: str) -> Listed | None:
        """One text as the carrier has it now; None when it has it no more. Raises ListUnreadable."""
        try:
            with readable(), db.outside("gateway.text"):
                return listed.text(self.opened(lambda client: client.messages(carrier_id).fetch()))
        except NotThere:
            return None

    def sound(self, path: str) -> bytes:
        """A recording, from `path` within our account, asked for with our credentials. Raises ListUnreadable."""
        with readable(), db.outside("gateway.sound"):
            return self.opened(lambda client: _sound(client, path))

    def look(self) -> Seen:
        """Whether the carrier opens to us. Raises requests.RequestException when it cannot be reached."""
        with db.outside("gateway.look"):
            seen = [_look(client) for client in self._clients]
        return next((each for each in seen if each.opens), seen[0])

    def opened(self, ask: Callable[[Client], T]) -> T:
        """What the carrier answers. While tokens are rotated only one of them opens, and which changes in a moment: a
        request that was refused for its token was not looked at, and is made with the other one."""
        for _ in self._clients[1:]:
            try:
                return ask(self._clients[0])
            except TwilioException as error:
                if _status(error) != UNAUTHORIZED:
                    raise
                self._clients.append(self._clients.pop(0))
        return ask(self._clients[0])


def _result(hand_over: Callable[[], Any]) -> Result:
    """What came of handing something over: taken, refused, not even looked at, or nobody knows."""
    try:
        made = hand_over()
    except (TwilioRestException, TwilioServiceException) as error:
        return answered(error.status, error.code)
    except requests.exceptions.ConnectionError as error:
        return NotSent("no_connection") if _never_connected(error) else Unknown("connection_lost")
    except requests.exceptions.Timeout:
        return Unknown("no_answer")
    except (requests.exceptions.RequestException, TwilioException, json.JSONDecodeError):
        return Unknown("unreadable_answer")
    return Accepted(made.sid) if made.sid else Unknown("unreadable_answer")


@dataclass(frozen=True)
class _Page:
    """What one page of a list holds, and how the next one is asked for: by the address that the carrier gave."""

    texts: list[Listed]
    following: Callable[[], Any] | None


def _page(fetch: Callable[[], Any]) -> _Page:
    with readable():
        with db.outside("gateway.list_page"):
            page = fetch()
        return _Page([listed.text(message) for message in page], page.next_page if page.next_page_url else None)


@contextmanager
def readable() -> Iterator[None]:
    """Around what the carrier tells: whatever keeps us from reading it is ListUnreadable, of which NotThere is one."""
    try:
        yield
    except requests.exceptions.RequestException as error:
        raise ListUnreadable(type(error).__name__) from None
    except TwilioException as error:
        status = _status(error)
        raise (NotThere if status == NOT_FOUND else ListUnreadable)(f"status_{status}") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ListUnreadable("unreadable_answer") from None


def _client(settings: Settings, user: str, secret: str) -> Client:
    client = Client(user, secret, settings.twilio_account_sid, http_client=TwilioHttpClient(timeout=SECONDS))
    if settings.twilio_api_base_url:
        client.api.base_url = settings.twilio_api_base_url.rstrip("/")
    return client


def _look(client: Client) -> Seen:
    path = f"/2010-04-01/Accounts/{client.account_sid}/Messages.json"
    answer = client.request("GET", f"{client.api.base_url}{path}", params={"PageSize": 1})
    return Seen(int(answer.status_code), _date(answer.headers))


def _sound(client: Client, path: str) -> bytes:
    """The client takes every answer for text, which a sound is not."""
    address = f"{client.api.base_url}/2010-04-01/Accounts/{client.account_sid}/{path}"
    with requests.get(address, auth=client.auth, timeout=SECONDS, stream=True) as answer:
        if not answer.ok:
            raise TwilioRestException(answer.status_code, path)
        found = bytearray()
        for piece in answer.iter_content(64 * 1024):
            found += piece
            if len(found) > LARGEST_SOUND:
                raise ListUnreadable("too_large")
    return bytes(found)


def _date(headers: Mapping[str, str] | None) -> datetime | None:
    try:
        return parsedate_to_datetime((headers or {}).get("Date", "")).astimezone(UTC)
    except ValueError:
        return None


def _status(error: TwilioException) -> int | None:
    """The HTTP status behind an error; that of a list hides in its arguments (TWILIO 6.3)."""
    return getattr(error, "status", None) or getattr(error.args[-1] if error.args else None, "status_code", None)


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Refused or unresolved: the request was not written. A reset afterwards is not this."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return type(cause).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
