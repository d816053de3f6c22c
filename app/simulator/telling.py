"""What the practice is told of a call: the fields of every request about it, and the reports of how it goes."""

import uuid
from collections.abc import Mapping

from app.simulator import reporting, webhook
from app.simulator.books import Books
from app.simulator.calls import Call

EVENT_OF = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""The event that a status is reported as; every end is "completed"."""


def report(books: Books, call: Call, status: str, **more: str) -> None:
    """Tell the practice what became of a call; best effort, as the carrier's."""
    params = {**fields(books, call), "CallStatus": status, "CallbackSource": "call-progress-events", **more}
    if call.placed is None or "ParentCallSid" in more:
        tell(books, call, books.account.status_url, params)
    elif status_url(call) and EVENT_OF.get(status, "completed") in call.placed.events:
        reporting.report(books, call, params, lambda kept: tell(books, call, status_url(call), kept))


def status_url(call: Call) -> str:
    return call.placed.status_url if call.placed else ""


def tell(books: Books, call: Call, url: str, params: Mapping[str, str]) -> None:
    """Post one report."""
    status = params["CallStatus"]
    for one in webhook.tries(books.account, url, params, str(uuid.uuid4())):
        http = one.answer.status if one.answer else None
        books.record("call_report", sid=call.sid, status=status, http=http, problem=one.problem)


def fields(books: Books, call: Call) -> dict[str, str]:
    """What every request about a call names."""
    known = {"AnsweredBy": call.answered_by} if call.answered_by else {}
    if call.parent:
        known["ParentCallSid"] = call.parent
    return {
        **known,
        "AccountSid": books.account.sid, "ApiVersion": "2010-04-01", "CallSid": call.sid, "CallStatus": call.status,
        "Called": call.to, "CalledCity": "", "CalledCountry": "US", "Caller": call.caller, "CallerCity": "",
        "CallerCountry": "US", "Direction": call.direction, "From": call.caller, "FromCity": "", "To": call.to,
        "StirVerstat": "TN-Validation-Passed-B",
    }  # fmt: skip
