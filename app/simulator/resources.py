"""A message in the JSON of Twilio's REST interface, and the filters and pages of its list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from app.simulator.calls import Call
from app.simulator.effects import Redacted, Unlisted
from app.simulator.faults import suffered
from app.simulator.messages import INBOUND, Message
from app.simulator.outbound import Refused

VERSION = "2010-04-01"
LARGEST_PAGE = 1000
USUAL_PAGE = 50
GOES_ON, BREAKS_OFF = "PA", "PB"
"""How a page's token begins. After the second kind comes an error instead of a page."""


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


def public(message: Message) -> Message:
    """The message as REST shows it: once it has run its course a redacted one has lost its words and the last
    four digits of the handset's number, to filters too."""
    if not message.final or suffered(message.marks, Redacted) is None:
        return message
    shown = replace(message, body="", media=())
    if message.direction == INBOUND:
        shown.sender = _masked(shown.sender)
    else:
        shown.to = _masked(shown.to)
    return shown


def is_listed(one: Message | Call, now: datetime) -> bool:
    """Whether the list knows it by now."""
    late = suffered(one.marks, Unlisted)
    began = one.began if isinstance(one, Call) else one.created
    return late is None or now >= began + timedelta(seconds=late.seconds)


def _masked(number: str) -> str:
    return number[:-4] + "XXXX"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is asked for. Bounds are by date sent and include their own instant or day (GMT)."""

    to: str | None
    sender: str | None
    since: datetime | None
    until: datetime | None

    def match(self, message: Message) -> bool:
        """A message that has not been sent yet fails every filter by date. Dates are whole seconds, as shown."""
        if self.to not in (None, message.to) or self.sender not in (None, message.sender):
            return False
        sent = message.sent.replace(microsecond=0) if message.sent else None
        if self.since and (sent is None or sent < self.since):
            return False
        return not self.until or (sent is not None and sent <= self.until)


def filters(query: Mapping[str, str]) -> Filters:
    """Raises Refused (20001) for a date that cannot be read."""
    day = query.get("DateSent", "")[: len("2026-01-31")]
    return Filters(
        to=query.get("To"),
        sender=query.get("From"),
        since=_earliest(day or query.get("DateSent>")),
        until=_latest(day or query.get("DateSent<")),
    )


def page(account: str, found: list[Message], query: Mapping[str, str], *, breaks: bool = False) -> dict[str, Any]:
    """One page of `found` (newest first), going on after the message that PageToken names.

    breaks: the list breaks off after half of it. Raises Refused for the page after that, and for a bad token.
    """
    asked = min(max(_number(query, "PageSize", USUAL_PAGE), 1), LARGEST_PAGE)
    size = min(asked, max(len(found) // 2, 1)) if breaks else asked
    number = _number(query, "Page", 0)
    start = _start(found, query.get("PageToken"))
    shown = found[start : start + size]
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")}
    first = path_of(account) + "?" + urlencode({**kept, "PageSize": asked, "Page": 0})
    following = None
    if breaks or start + size < len(found):
        token = (BREAKS_OFF if breaks else GOES_ON) + shown[-1].sid
        following = (
            path_of(account) + "?" + urlencode({**kept, "PageSize": asked, "Page": number + 1, "PageToken": token})
        )
    return {
        "end": start + len(shown) - 1 if shown else 0,
        "first_page_uri": first,
        "messages": [resource(account, message) for message in shown],
        "next_page_uri": following,
        "page": number,
        "page_size": asked,
        "previous_page_uri": None,
        "start": start,
        "uri": path_of(account) + ("?" + urlencode(query) if query else ""),
    }


def _start(found: list[Message], token: str | None) -> int:
    if token is None:
        return 0
    if token.startswith(BREAKS_OFF):
        raise Refused(20500, "Internal server error", status=500)
    places = {message.sid: place for place, message in enumerate(found)}
    if (last := token.removeprefix(GOES_ON)) not in places:
        raise Refused(20001, "PageToken names no message of this list.")
    return places[last] + 1


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
