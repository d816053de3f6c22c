"""From the practice to a handset, second half: how an accepted text moves, and who is told."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.simulator import webhook
from app.simulator.books import Books
from app.simulator.messages import Message
from app.simulator.state import Callback

EXPIRED = 30036
UNDELIVERABLE = {"landline": 30006, "dead": 30005, "off": 30003}
PACE = {"queued": timedelta(seconds=0.4), "sent": timedelta(seconds=0.9)}
"""How long a text stays in each status when the stand-in runs by itself."""


@dataclass(frozen=True, slots=True)
class Step:
    sid: str
    status: str
    error_code: int | None


def pump(books: Books, *, only_due: bool = False) -> int:
    """Move every text to its end and post what is owed, in the order it happened; how many happenings.

    only_due: wait for believable delays instead of doing everything at once.
    """
    happened = 0
    while True:
        owed = _next_callback(books)
        if owed:
            _post(books, *owed)
        elif not _move_one(books, only_due):
            return happened
        happened += 1


def _next_callback(books: Books) -> tuple[Callback, Message] | None:
    with books.held() as state:
        return (state.owed[0], state.messages[state.owed[0].sid]) if state.owed else None


def _move_one(books: Books, only_due: bool) -> bool:
    with books.held() as state:
        now = clock.now()
        for message in state.moving.values():
            if only_due and now < message.updated + PACE[message.status]:
                continue
            step = _step(message, state.handsets[message.to].kind, now)
            books.record("status", sid=step.sid, status=step.status, error_code=step.error_code)
            return True
    return False


def _step(message: Message, kind: str, now: datetime) -> Step:
    if message.status == "queued":
        if now >= message.created + timedelta(seconds=message.validity):
            return Step(message.sid, "failed", EXPIRED)
        return Step(message.sid, "sent", None)
    if code := UNDELIVERABLE.get(kind):
        return Step(message.sid, "undelivered", code)
    return Step(message.sid, "delivered", None)


def _post(books: Books, callback: Callback, message: Message) -> None:
    """Best effort, as the carrier's: what the practice misses it must find in the list."""
    url = message.status_callback or ""
    try:
        answer = webhook.post(books.account, url, _params(books, message, callback), str(uuid.uuid4()))
        outcome: dict[str, object] = {"http": answer.status, "problem": ""}
    except webhook.Unreached as problem:
        outcome = {"http": None, "problem": str(problem)}
    books.record("callback", sid=callback.sid, status=callback.status, **outcome)


def _params(books: Books, message: Message, callback: Callback) -> dict[str, str]:
    params = {
        "AccountSid": books.account.sid,
        "ApiVersion": "2010-04-01",
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": callback.status,
        "SmsSid": message.sid,
        "SmsStatus": callback.status,
        "To": message.to,
    }
    if callback.error_code:
        params["ErrorCode"] = str(callback.error_code)
    if callback.status in ("delivered", "undelivered"):
        params["RawDlrDoneDate"] = f"{callback.at:%y%m%d%H%M}"
    return params
