"""The part of Twilio's REST interface that the official client needs for texts."""

from collections.abc import Callable, Collection

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from app import clock
from app.simulator import manners, outbound, resources
from app.simulator.carrier import this_carrier
from app.simulator.effects import Answer, BrokenPage
from app.simulator.messages import LONGEST_QUEUE, Message
from app.simulator.outbound import Refused

UNKNOWN_TO_THE_STAND_IN = ("MessagingServiceSid", "SendAt", "ContentSid", "ScheduleType")
AS_USUAL = Answer(accepted=True)


rest = Blueprint("rest", __name__, url_prefix=f"/{resources.VERSION}/Accounts/<account>")


@rest.url_value_preprocessor
def _take_account(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.account = values.pop("account") if values else ""


@rest.before_request
def _check_credentials() -> None:
    account, given = this_carrier().account, request.authorization
    known = given is not None and account.opens(given.username or "", given.password or "")
    if not known or g.account != account.sid:
        raise Refused(20003, "Authenticate", status=401)


@rest.errorhandler(Refused)
def refuse(refusal: Refused) -> Response:
    answer = jsonify(
        code=refusal.code,
        message=str(refusal),
        more_info=f"https://www.twilio.com/docs/errors/{refusal.code}",
        status=refusal.status,
    )
    answer.status_code = refusal.status
    return answer


@rest.post("/Messages.json")
def create() -> ResponseReturnValue:
    """Accept the text or not, and answer."""
    return taken(UNKNOWN_TO_THE_STAND_IN, lambda: _show(_accept()))


def taken(unknown_here: Collection[str], accept: Callable[[], Response]) -> ResponseReturnValue:
    """What is handed over is accepted or not, and answered: a fault decides both, else the carrier's own rules do."""
    if unknown := [name for name in unknown_here if name in request.form]:
        raise Refused(20001, f"The stand-in carrier does not know {', '.join(unknown)}.")
    books = this_carrier().books
    struck = books.strike(Answer)
    fault = struck.effect if struck else AS_USUAL
    if fault.accepted:
        answer = accept()
    else:
        answer = Response()
        books.record("refused", to=request.form.get("To", ""), code=fault.code)
    answer.status_code = 201
    if fault.code:
        answer = refuse(Refused(fault.code, fault.sentence, fault.status))
    return manners.given(answer, fault.manner)


@rest.get("/Messages.json")
def listed() -> ResponseReturnValue:
    query = request.args.to_dict()
    wanted = resources.filters(query)
    books, now = this_carrier().books, clock.now()
    with books.held() as state:
        newest_first = [resources.public(message) for message in reversed(state.messages.values())]
        found = [message for message in newest_first if resources.is_listed(message, now) and wanted.match(message)]
    breaks = bool(found) and "PageToken" not in query and books.strike(BrokenPage) is not None
    return jsonify(resources.page(g.account, found, query, breaks=breaks))


@rest.get("/Messages/<sid>.json")
def fetch(sid: str) -> ResponseReturnValue:
    return _show(_find(sid))


@rest.post("/Messages/<sid>.json")
def update(sid: str) -> ResponseReturnValue:
    message = _find(sid)
    if request.form.to_dict() != {"Body": ""}:
        raise Refused(20001, "The stand-in carrier changes a message only to an empty Body.")
    _must_be_final(message)
    this_carrier().books.record("redact", sid=sid)
    return _show(message)


@rest.delete("/Messages/<sid>.json")
def delete(sid: str) -> ResponseReturnValue:
    _must_be_final(_find(sid))
    this_carrier().books.record("delete", sid=sid)
    return "", 204


def _accept() -> Message:
    form = request.form
    validity = form.get("ValidityPeriod", str(LONGEST_QUEUE))
    return outbound.accept(
        this_carrier().books,
        to=form.get("To", ""),
        sender=form.get("From", ""),
        body=form.get("Body", ""),
        media=form.getlist("MediaUrl"),
        status_callback=form.get("StatusCallback"),
        validity=int(validity) if validity.isdecimal() else 0,
    )


def _find(sid: str) -> Message:
    with this_carrier().books.held() as state:
        message = state.messages.get(sid)
    if message is None:
        raise Refused(20404, f"The requested resource /Messages/{sid}.json was not found", status=404)
    return message


def _must_be_final(message: Message) -> None:
    if not message.final:
        raise Refused(20009, "The message is still on its way.", status=409)


def _show(message: Message) -> Response:
    return jsonify(resources.resource(g.account, resources.public(message)))
