"""The part of Twilio's REST interface that the official client needs for calls; it hangs on that for texts."""

from email.utils import format_datetime
from typing import Any

from flask import Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from app import clock
from app.simulator import resources, ringing
from app.simulator.calls import Call
from app.simulator.carrier import this_carrier
from app.simulator.outbound import Refused
from app.simulator.rest import rest as rest  # with calls beside texts
from app.simulator.rest import taken

UNKNOWN_TO_THE_STAND_IN = ("Twiml", "ApplicationSid", "AsyncAmd", "Record", "SendDigits")


@rest.post("/Calls.json")
def place() -> ResponseReturnValue:
    """Take the call or not, and answer."""
    books = this_carrier().books
    return taken(
        UNKNOWN_TO_THE_STAND_IN,
        lambda: _show(ringing.place(books, request.form, request.form.getlist("StatusCallbackEvent"))),
    )


@rest.get("/Calls.json")
def listed_calls() -> ResponseReturnValue:
    """Newest first, by number alone; one page, since nobody makes more calls here."""
    books, now, asked = this_carrier().books, clock.now(), request.args
    with books.held() as state:
        found = [
            _resource(call) for call in reversed(state.calls.values())
            if asked.get("To") in (None, call.to) and asked.get("From") in (None, call.caller)
            and resources.is_listed(call, now)
        ]  # fmt: skip
    return jsonify(calls=found, page=0, page_size=len(found), next_page_uri=None, uri=request.path)


@rest.get("/Calls/<sid>.json")
def fetch_call(sid: str) -> ResponseReturnValue:
    return _show(_find(sid))


@rest.post("/Calls/<sid>.json")
def change_call(sid: str) -> ResponseReturnValue:
    status = request.form.get("Status", "")
    if status not in ("canceled", "completed"):
        raise Refused(20001, "The stand-in carrier changes a call only to canceled or completed.")
    ringing.take_back(this_carrier().books, _find(sid), status)
    return _show(_find(sid))


def _find(sid: str) -> Call:
    with this_carrier().books.held() as state:
        call = state.calls.get(sid)
    if call is None:
        raise Refused(20404, f"The requested resource /Calls/{sid}.json was not found", status=404)
    return call


def _show(call: Call) -> Response:
    return jsonify(_resource(call))


def _resource(call: Call) -> dict[str, Any]:
    return {
        "account_sid": g.account, "answered_by": call.answered_by or None, "api_version": resources.VERSION,
        "date_created": format_datetime(call.began), "date_updated": format_datetime(call.updated or call.began),
        "direction": call.direction, "duration": None, "end_time": None,
        "from": call.caller, "parent_call_sid": call.parent or None, "sid": call.sid, "start_time": None,
        "status": call.status, "to": call.to, "uri": f"/{resources.VERSION}/Accounts/{g.account}/Calls/{call.sid}.json",
    }  # fmt: skip
