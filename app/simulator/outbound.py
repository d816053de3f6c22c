"""From the practice to a handset, first half: which texts the carrier accepts."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from app.simulator.books import Books
from app.simulator.effects import Fate, Redacted, Reporting, Unlisted
from app.simulator.messages import LONGEST_QUEUE, OUTBOUND, Message, new_sid
from app.simulator.state import State

LONGEST_BODY = 1600
MOST_MEDIA = 10
_DIALLABLE = re.compile(r"\+(1[2-9]\d{9}|[2-9]\d{6,14})")


class Refused(Exception):
    """The carrier's own refusal. code: its error code; status: the HTTP status that carries it."""

    def __init__(self, code: int, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status


def accept(
    books: Books,
    *,
    to: str,
    sender: str,
    body: str,
    media: Sequence[str] = (),
    status_callback: str | None = None,
    validity: int = LONGEST_QUEUE,
    direction: str = OUTBOUND,
) -> Message:
    """Queue a text to a handset. validity: seconds it may wait. Raises Refused; the ledger keeps that too."""
    with books.held() as state:
        try:
            check_numbers(books, to, sender)
            _check_contents(body, media, status_callback, validity)
            _check_consent(state, to, sender)
        except Refused as refusal:
            books.record("refused", to=to, code=refusal.code)
            raise
        if to not in state.handsets:
            books.record("handset", number=to, label="", kind="mobile")
        sid = new_sid("MM" if media else "SM")
        books.record(
            "message",
            sid=sid,
            direction=direction,
            **{"from": sender},
            to=to,
            body=body,
            media=[(url, "image/jpeg") for url in media],
            status_callback=status_callback,
            validity=validity,
        )
        books.mark(sid, Fate, Reporting, Unlisted, Redacted)
        return state.messages[sid]


def check_numbers(books: Books, to: str, sender: str) -> None:
    """Raises Refused for numbers between which nothing can go."""
    if not to:
        raise Refused(21604, "A 'To' phone number is required.")
    if not _DIALLABLE.fullmatch(to):
        raise Refused(21211, "The 'To' number is not a valid phone number.")
    if not sender:
        raise Refused(21603, "A 'From' phone number is required.")
    if sender not in books.account.numbers:
        raise Refused(21606, "The 'From' number does not belong to this account or cannot send texts.")
    if to == sender:
        raise Refused(21266, "'To' and 'From' number cannot be the same.")


def _check_contents(body: str, media: Sequence[str], status_callback: str | None, validity: int) -> None:
    if not body and not media:
        raise Refused(21602, "A message body is required.")
    if len(body) > LONGEST_BODY:
        raise Refused(21617, "The message body exceeds the 1600 character limit.")
    if len(media) > MOST_MEDIA:
        raise Refused(21623, "A message carries at most ten media.")
    if not all(is_web_address(url) for url in media):
        raise Refused(21620, "A media URL is invalid.")
    if status_callback and not is_web_address(status_callback):
        raise Refused(21609, "The 'StatusCallback' URL is not a valid URL.")
    if not 1 <= validity <= LONGEST_QUEUE:
        raise Refused(20001, "ValidityPeriod must be between 1 and 36000 seconds.")


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isascii()
    except ValueError:  # brackets that do not close, a port beyond 65535
        return False


def _check_consent(state: State, to: str, sender: str) -> None:
    if (sender, to) in state.blocked:
        raise Refused(21610, "Attempt to send to an unsubscribed recipient.")
