"""What the practice is told of its texts: one signed status callback."""

from app.simulator import webhook
from app.simulator.books import Books
from app.simulator.messages import Message
from app.simulator.state import Request

WITH_RECEIPT = frozenset({"delivered", "undelivered"})


def post(books: Books, message: Message, request: Request, token: str) -> None:
    """Best effort, as the carrier's: what the practice misses it must find in the list."""
    for one in webhook.tries(books.account, message.status_callback or "", _params(books, message, request), token):
        http = one.answer.status if one.answer else None
        books.record(
            "callback", sid=request.sid, status=request.status, token=token, http=http, problem=one.problem
        )  # fmt: skip


def _params(books: Books, message: Message, request: Request) -> dict[str, str]:
    status = request.status or ""
    params = {
        "AccountSid": books.account.sid,
        "ApiVersion": "2010-04-01",
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
    }
    if request.error_code:
        params["ErrorCode"] = str(request.error_code)
    if status in WITH_RECEIPT:
        params["RawDlrDoneDate"] = f"{request.at:%y%m%d%H%M}"
    return params
