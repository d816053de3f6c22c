"""The part of Twilio's REST interface that the official client needs for calls; it hangs on that for texts."""

from email.utils import format_datetime
from typing import Any

from flask import Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from app import clock
from app.simulator import recordings, resources, ringing
from app.simulator.calls import Call, Recording
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


@rest.get("/Calls/<sid>/Recordings.json")
def listed_recordings(sid: str) -> ResponseReturnValue:
    with this_carrier().books.held() as state:
        found = [_recording(each) for each in state.recordings.values() if each.call == sid]
    return jsonify(recordings=found, page=0, page_size=len(found), next_page_uri=None, uri=request.path)


@rest.get("/Recordings/<sid>.json")
def fetch_recording(sid: str) -> ResponseReturnValue:
    return jsonify(_recording(_find_recording(sid)))


@rest.get("/Recordings/<sid>.wav")
def fetch_sound(sid: str) -> ResponseReturnValue:
    return Response(recordings.sound(_find_recording(sid)), content_type="audio/x-wav")


@rest.delete("/Recordings/<sid>.json")
def delete_recording(sid: str) -> ResponseReturnValue:
    """Forget it, unless deletions are refused, or answered and not obeyed."""
    books = this_carrier().books
    _find_recording(sid)
    if books.deletions == "refused":
        raise Refused(20500, "An internal server error has occurred", status=500)
    if books.deletions == "obeyed":
        books.record("recording_deleted", sid=sid)
    return Response(status=204)


def _find_recording(sid: str) -> Recording:
    with this_carrier().books.held() as state:
        recording = state.recordings.get(sid)
    if recording is None:
        raise Refused(20404, f"The requested resource /Recordings/{sid}.json was not found", status=404)
    return recording


def _recording(recording: Recording) -> dict[str, Any]:
    path = f"/{resources.VERSION}/Accounts/{g.account}/Recordings/{recording.sid}.json"
    return {
        "account_sid": g.account, "api_version": resources.VERSION, "call_sid": recording.call, "channels": 1,
        "date_created": format_datetime(recording.began), "date_updated": format_datetime(recording.began),
        "duration": f"{recording.seconds}", "error_code": None, "sid": recording.sid, "source": "RecordVerb",
        "start_time": format_datetime(recording.began), "status": "completed", "uri": path,
    }  # fmt: skip


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
