"""From a handset to the practice: the carrier's keywords, the signed webhook, and the answer."""

import uuid
from collections.abc import Sequence

from app.simulator import answers, keywords, outbound, webhook
from app.simulator.answers import BadAnswer, Reply
from app.simulator.books import Books
from app.simulator.faults import Fault
from app.simulator.messages import INBOUND, REPLY, Media, Message, new_sid


def receive(books: Books, handset: str, to: str, body: str, media: Sequence[Media] = ()) -> str:
    """Take a text from a handset, obey keywords, post it; its sid, once the practice has answered."""
    sid = new_sid("MM" if media else "SM")
    pairs = [(item.url, item.content_type) for item in media]
    books.record("message", sid=sid, direction=INBOUND, **{"from": handset}, to=to, body=body, media=pairs)
    _obey(books, handset, to, keywords.meaning(body))
    token = str(uuid.uuid4())
    post(books, sid, token)
    if books.bites(Fault.DUPLICATE_INBOUND):
        post(books, sid, token)
    return sid


def post(books: Books, sid: str, token: str) -> None:
    """Post one inbound text to the practice and carry out its answer; the ledger keeps how it went."""
    with books.held() as state:
        message = state.messages[sid]
    url = books.account.webhook_url
    status: int | None = None
    try:
        answer = webhook.post(books.account, url, _params(books, message), token)
        status = answer.status
        replies = answers.replies(answer, url)
    except webhook.Unreached as problem:
        books.record("webhook", sid=sid, status=None, error_code=11200, problem=str(problem))
        return
    except BadAnswer as problem:
        books.record("webhook", sid=sid, status=status, error_code=problem.code, problem=str(problem))
        return
    for reply in replies:
        _send(books, message, reply)
    books.record("webhook", sid=sid, status=status, error_code=None, problem="")


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


def _send(books: Books, message: Message, reply: Reply) -> None:
    try:
        outbound.accept(
            books,
            to=reply.to or message.sender,
            sender=reply.sender or message.to,
            body=reply.body,
            media=reply.media,
            status_callback=reply.status_callback,
            direction=REPLY,
        )
    except outbound.Refused:
        return  # the ledger has it; the practice hears nothing, as with the real carrier


def _params(books: Books, message: Message) -> dict[str, str]:
    params = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": message.body,
        "FromCountry": "US",
        "To": message.to,
        "ToZip": "",
        "NumSegments": str(message.segments),
        "MessageSid": message.sid,
        "AccountSid": books.account.sid,
        "From": message.sender,
        "ApiVersion": "2010-04-01",
    }
    for place, item in enumerate(message.media):
        params[f"MediaUrl{place}"] = item.url
        params[f"MediaContentType{place}"] = item.content_type
    if message.media and not message.body:
        del params["Body"]
    return params
