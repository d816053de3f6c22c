"""The part of Twilio's REST interface that the official client needs for texts."""

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from app.simulator import outbound, resources
from app.simulator.carrier import Carrier, this_carrier
from app.simulator.faults import Fault
from app.simulator.messages import FINAL, LONGEST_QUEUE, Message
from app.simulator.outbound import Refused

STALL_SECONDS = 15.0
UNKNOWN_TO_THE_STAND_IN = ("MessagingServiceSid", "SendAt", "ContentSid", "ScheduleType")


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
def _refuse(refusal: Refused) -> ResponseReturnValue:
    answer = jsonify(
        code=refusal.code,
        message=str(refusal),
        more_info=f"https://www.twilio.com/docs/errors/{refusal.code}",
        status=refusal.status,
    )
    return answer, refusal.status


@rest.post("/Messages.json")
def create() -> ResponseReturnValue:
    return _show(_create(this_carrier())), 201


@rest.get("/Messages.json")
def listed() -> ResponseReturnValue:
    query = request.args.to_dict()
    wanted = resources.filters(query)
    with this_carrier().books.held() as state:
        newest_first = reversed(state.messages.values())
        found = [message for message in newest_first if wanted.match(message)]
        return jsonify(resources.page(g.account, found, query))


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


def _create(carrier: Carrier) -> Message:
    """Accept the text, with whatever fault is armed before or after."""
    books, form = carrier.books, request.form
    if unknown := [name for name in UNKNOWN_TO_THE_STAND_IN if name in form]:
        raise Refused(20001, f"The stand-in carrier does not know {', '.join(unknown)}.")
    if books.bites(Fault.TOO_MANY_REQUESTS):
        raise Refused(20429, "Too many requests", status=429)
    if books.bites(Fault.ERROR_BEFORE_ACCEPT):
        raise Refused(20500, "Internal server error", status=500)
    validity = form.get("ValidityPeriod", str(LONGEST_QUEUE))
    message = outbound.accept(
        books,
        to=form.get("To", ""),
        sender=form.get("From", ""),
        body=form.get("Body", ""),
        media=form.getlist("MediaUrl"),
        status_callback=form.get("StatusCallback"),
        validity=int(validity) if validity.isdecimal() else 0,
    )
    if books.bites(Fault.ERROR_AFTER_ACCEPT):
        raise Refused(20500, "Internal server error", status=500)
    if books.bites(Fault.READ_TIMEOUT):
        carrier.stall(STALL_SECONDS)
    return message


def _find(sid: str) -> Message:
    with this_carrier().books.held() as state:
        message = state.messages.get(sid)
    if message is None:
        raise Refused(20404, f"The requested resource /Messages/{sid}.json was not found", status=404)
    return message


def _must_be_final(message: Message) -> None:
    if message.status not in FINAL:
        raise Refused(20009, "The message is still on its way.", status=409)


def _show(message: Message) -> Response:
    return jsonify(resources.resource(g.account, message))
