"""An inbound text reaches the practice: one signed webhook, its answer carried out, and the fallback when it fails."""

import uuid

from app.simulator import answers, outbound, webhook
from app.simulator.answers import BadAnswer, Reply
from app.simulator.books import Books
from app.simulator.messages import REPLY, Message
from app.simulator.signing import signed_url
from app.simulator.webhook import Try

NO_CONNECTION, FAILED = 11205, 11200


def post(books: Books, message: Message, token: str) -> None:
    """Hand one text to the practice and carry out its answer; the ledger keeps how each try went."""
    account, params = books.account, _params(books, message)
    code = _ask(books, message, account.webhook_url, params, token)
    if code and account.fallback_url:
        why = {"ErrorCode": str(code), "ErrorUrl": signed_url(account.webhook_url)}
        _ask(books, message, account.fallback_url, params | why, str(uuid.uuid4()), fallback=True)


def _ask(
    books: Books, message: Message, url: str, params: dict[str, str], token: str, *, fallback: bool = False
) -> int | None:
    """Every try, until the limits end it; the carrier's error code of the last one."""
    code: int | None = None
    for one in webhook.tries(books.account, url, params, token):
        problem = one.problem
        try:
            code, replies = None, _replies(one, url)
        except BadAnswer as bad:
            code, problem, replies = bad.code, str(bad), []
        for reply in replies:
            _send(books, message, reply)
        books.record(
            "webhook",
            sid=message.sid,
            token=token,
            http=one.answer.status if one.answer else None,
            error_code=code,
            problem=problem,
            answer=one.answer.body.decode("utf-8", "replace") if one.answer else "",
            fallback=fallback,
        )
    return code


def _replies(one: Try, url: str) -> list[Reply]:
    if one.answer is None:
        raise BadAnswer(NO_CONNECTION if one.failure == "ct" else FAILED, one.problem)
    return answers.replies(one.answer, url)


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
