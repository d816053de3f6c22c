"""A message in the JSON of Twilio's REST interface, and the filters and pages of its list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from app.simulator.messages import Message
from app.simulator.outbound import Refused

VERSION = "2010-04-01"
LARGEST_PAGE = 1000
USUAL_PAGE = 50


def path_of(account: str, sid: str | None = None) -> str:
    """The resource's own path; without a sid that of the list."""
    return f"/{VERSION}/Accounts/{account}/Messages" + (f"/{sid}.json" if sid else ".json")


def resource(account: str, message: Message) -> dict[str, Any]:
    """Twilio's shape: counts are strings, dates RFC 2822, error_code a number."""
    path = path_of(account, message.sid)
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": message.body,
        "date_created": format_datetime(message.created),
        "date_sent": format_datetime(message.sent) if message.sent else None,
        "date_updated": format_datetime(message.updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": str(len(message.media)),
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": path.removesuffix(".json") + "/Media.json"},
        "to": message.to,
        "uri": path,
    }


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is asked for. Bounds are by date sent and include their own instant or day (GMT)."""

    to: str | None
    sender: str | None
    since: datetime | None
    until: datetime | None

    def match(self, message: Message) -> bool:
        """A message that has not been sent yet fails every filter by date."""
        if self.to not in (None, message.to) or self.sender not in (None, message.sender):
            return False
        if self.since and (message.sent is None or message.sent < self.since):
            return False
        return not self.until or (message.sent is not None and message.sent <= self.until)


def filters(query: Mapping[str, str]) -> Filters:
    """Raises Refused (20001) for a date that cannot be read."""
    day = query.get("DateSent", "")[: len("2026-01-31")]
    return Filters(
        to=query.get("To"),
        sender=query.get("From"),
        since=_earliest(day or query.get("DateSent>")),
        until=_latest(day or query.get("DateSent<")),
    )


def page(account: str, found: list[Message], query: Mapping[str, str]) -> dict[str, Any]:
    """One page of `found` (newest first), going on after the message that PageToken names."""
    size = min(max(_number(query, "PageSize", USUAL_PAGE), 1), LARGEST_PAGE)
    number = _number(query, "Page", 0)
    start = _start(found, query.get("PageToken", ""))
    shown = found[start : start + size]
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")}
    first = path_of(account) + "?" + urlencode({**kept, "PageSize": size, "Page": 0})
    following = None
    if start + size < len(found):
        token = {"PageSize": size, "Page": number + 1, "PageToken": "PA" + shown[-1].sid}
        following = path_of(account) + "?" + urlencode({**kept, **token})
    return {
        "end": start + len(shown) - 1 if shown else 0,
        "first_page_uri": first,
        "messages": [resource(account, message) for message in shown],
        "next_page_uri": following,
        "page": number,
        "page_size": size,
        "previous_page_uri": None,
        "start": start,
        "uri": path_of(account) + ("?" + urlencode(query) if query else ""),
    }


def _start(found: list[Message], token: str) -> int:
    places = {message.sid: place for place, message in enumerate(found)}
    return places.get(token.removeprefix("PA"), -1) + 1


def _number(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal():
        raise Refused(20001, f"{name} must be a number.")
    return int(text)


def _earliest(text: str | None) -> datetime | None:
    return _instant(text, time.min)


def _latest(text: str | None) -> datetime | None:
    return _instant(text, time.max)


def _instant(text: str | None, of_day: time) -> datetime | None:
    """A bare date means the whole day: its first or last moment, as `of_day` says."""
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(text), of_day, UTC)
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise Refused(20001, "A date must look like 2026-01-31 or 2026-01-31T09:00:00Z.") from None
