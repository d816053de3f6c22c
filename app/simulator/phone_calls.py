"""Calls on the phone in the browser: ring the practice, hear its system, press keys, say something, hang up."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.simulator import telephony
from app.simulator.calls import HABITS, Call
from app.simulator.carrier import this_carrier
from app.simulator.handset import Handset
from app.simulator.state import State

calls = Blueprint("calls", __name__, url_prefix="/calls")
OTHER_SIDE = ("completed", "no-answer", "busy")
LONGEST_SAID, MOST_KEYS = 600, 40
NO_SUCH_PHONE = "There is no such phone."


@calls.post("")
def act() -> ResponseReturnValue:
    """{handset, act, value}: one thing that is done with the phone; answers when the practice has. acts: call (value
    "hidden": no number is shown), press, say, silence, hang_up, other_hangs_up, answer, decline."""
    wanted = request.get_json()
    handset = _handset(str(wanted.get("handset", "")))
    if handset is None:
        return jsonify(problem=NO_SUCH_PHONE), 404
    try:
        _do(handset, str(wanted.get("act", "")), str(wanted.get("value", "")))
    except telephony.NoSuchAct as problem:
        return jsonify(problem=str(problem)), 409
    return jsonify(problem="")


@calls.put("/other-side")
def other_side() -> ResponseReturnValue:
    """{result}: what happens from now on when the practice's system passes a call on."""
    result = str(request.get_json().get("result", ""))
    if result not in OTHER_SIDE:
        return jsonify(problem="The other side answers (completed), does not (no-answer), or is busy."), 400
    this_carrier().books.other_side = result
    return jsonify(problem="")


@calls.put("/habit")
def habit() -> ResponseReturnValue:
    """{handset, result}: what happens from now on when the practice rings this phone."""
    wanted = request.get_json()
    handset, result = _handset(str(wanted.get("handset", ""))), str(wanted.get("result", ""))
    if handset is None:
        return jsonify(problem=NO_SUCH_PHONE), 404
    if result not in HABITS:
        return jsonify(problem="It rings, is busy, is not answered, or a machine answers."), 400
    handset.does_by_itself(result)
    return jsonify(problem="")


def summary(state: State, number: str) -> dict[str, Any] | None:
    """The last call of a handset as the screen shows it; None before the first."""
    call = next((call for call in reversed(state.calls.values()) if call.handset == number), None)
    if call is None:
        return None
    return {
        "sid": call.sid,
        "over": call.over,
        "rings": call.placed is not None and call.status == "ringing",
        "status": call.status,
        "waits": _waits(call),
        "keys": call.wait.keys if call.wait else 0,
        "shown": call.placed is not None or call.caller == call.handset,
        "incoming": call.placed is not None,
        "lines": [{"who": line.who, "words": line.words, "language": line.language} for line in call.lines],
        "problem": call.problem,
    }


def _do(handset: Handset, act: str, value: str) -> None:
    """NoSuchAct for what cannot be done."""
    match act:
        case "call" if not _is_calling(handset):
            handset.calls(shown=value != "hidden")
        case "press" if 0 < len(value) <= MOST_KEYS and set(value) <= set("0123456789*#"):
            handset.presses(value)
        case "say" if 0 < len(value.strip()) <= LONGEST_SAID:
            handset.says(value.strip())
        case "other_hangs_up":
            telephony.other_side_hangs_up(this_carrier().books, handset.call.sid)
        case _:
            _do_simply(handset, act)


def _do_simply(handset: Handset, act: str) -> None:
    """What needs no value."""
    acts = {
        "silence": handset.keeps_silent, "hang_up": handset.hangs_up, "answer": handset.answers,
        "decline": handset.declines,
    }  # fmt: skip
    if act not in acts:
        raise telephony.NoSuchAct("That cannot be done now.")
    acts[act]()


def _is_calling(handset: Handset) -> bool:
    with this_carrier().books.held() as state:
        return any(call.handset == handset.number and not call.over for call in state.calls.values())


def _waits(call: Call) -> str:
    """keys, words (or keys), person, or nothing."""
    if call.wait is None:
        return ""
    if call.wait.kind == "dial":
        return "person"
    return "words" if call.wait.kind == "record" or "speech" in call.wait.takes else "keys"


def _handset(opaque: str) -> Handset | None:
    carrier = this_carrier()
    with carrier.books.held() as state:
        number = next((facts.number for facts in state.handsets.values() if facts.id == opaque), None)
    return carrier.handset(number) if number else None
