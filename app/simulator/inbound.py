"""From a handset to the practice: the carrier's keywords come first, then the text sets out."""

from collections.abc import Sequence

from app.simulator import keywords, travel
from app.simulator.books import Books
from app.simulator.effects import Arrival, Redacted, Unlisted
from app.simulator.faults import suffered
from app.simulator.messages import INBOUND, Media, new_sid
from app.simulator.state import Request


def receive(books: Books, handset: str, to: str, body: str, media: Sequence[Media] = ()) -> str:
    """Take a text from a handset, obey keywords, post it; its sid, once the practice has answered.

    If a fault keeps it back, the sid comes at once.
    """
    sid = new_sid("MM" if media else "SM")
    pairs = [(item.url, item.content_type) for item in media]
    with books.held() as state:
        books.record("message", sid=sid, direction=INBOUND, **{"from": handset}, to=to, body=body, media=pairs)
        books.mark(sid, Arrival, Unlisted, Redacted)
        message = state.messages[sid]
    _obey(books, handset, to, keywords.meaning(body))
    travel.set_out(books, Request(sid, None, None, message.created), suffered(message.marks, Arrival))
    return sid


def _obey(books: Books, handset: str, number: str, meaning: str | None) -> None:
    """The carrier acts first and answers by itself; a blocked handset hears only START's answer.

    YES and START alike do nothing for a handset that is not blocked.
    """
    with books.held() as state:
        blocked = (number, handset) in state.blocked
        match meaning, blocked:
            case "stop", False:
                books.record("block", number=number, handset=handset)
                _answer(books, handset, number, keywords.STOPPED)
            case "start", True:
                books.record("unblock", number=number, handset=handset)
                _answer(books, handset, number, keywords.STARTED)
            case "help", False:
                _answer(books, handset, number, keywords.HELPED)


def _answer(books: Books, handset: str, number: str, body: str) -> None:
    books.record("carrier_reply", sid=new_sid("SM"), **{"from": number}, to=handset, body=body)
