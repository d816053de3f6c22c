"""What each entry of the ledger changes; the carrier's state is nothing but these, applied in order."""

from collections.abc import Callable
from datetime import datetime

from app.simulator import messages
from app.simulator.calls import Call, Heard, Placed, Recording, Wait
from app.simulator.faults import Fault
from app.simulator.ledger import Entry
from app.simulator.messages import INBOUND, Line
from app.simulator.state import Attempt, Facts, Held, Request, State


def apply(state: State, entry: Entry) -> None:
    """Take in one entry. Those that only witness (`refused`, `armed`) change nothing but the version."""
    state.version += 1
    if change := _CHANGES.get(entry["event"]):
        change(state, entry)


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["at"])


def _handset(state: State, entry: Entry) -> None:
    known = state.handsets.get(entry["number"])
    opaque = known.id if known else f"h{len(state.handsets) + 1}"
    state.handsets[entry["number"]] = Facts(opaque, entry["number"], entry["label"], entry["kind"])


def _message(state: State, entry: Entry) -> None:
    message = messages.from_entry(entry, _at(entry))
    state.messages[message.sid] = message
    if message.direction == INBOUND:
        line = Line(message.sid, True, message.to, message.body, message.media, message.created)
        state.threads[message.sender].append(line)
    else:
        state.moving[message.sid] = message


def _status(state: State, entry: Entry) -> None:
    message = state.messages[entry["sid"]]
    message.status, message.error_code, message.updated = entry["status"], entry["error_code"], _at(entry)
    if message.status == "sent":
        message.sent = message.updated
    if message.final:
        del state.moving[message.sid]
    if message.status == "delivered":
        line = Line(message.sid, False, message.sender, message.body, message.media, message.updated)
        state.threads[message.to].append(line)
    if message.status_callback:
        state.owed.append(Request(message.sid, message.status, message.error_code, message.updated))


def _fault(state: State, entry: Entry) -> None:
    """It struck a text or a call, which carries it from now on; or only one answer, and nothing stays."""
    struck = state.messages.get(entry["sid"] or "") or state.calls.get(entry["sid"] or "")
    if struck:
        struck.marks[Fault(entry["name"])] = entry["seconds"]


def _hold(state: State, entry: Entry) -> None:
    _settle(state, entry)
    at, until = datetime.fromisoformat(entry["of"]), datetime.fromisoformat(entry["until"])
    request = Request(entry["sid"], entry["status"], entry["error_code"], at)
    state.held[entry["n"]] = Held(entry["n"], request, until, entry["overtaken"], entry["token"])


def _release(state: State, entry: Entry) -> None:
    state.held.pop(entry["held"], None)


def _lost(state: State, entry: Entry) -> None:
    _settle(state, entry)
    if entry["status"] is None:
        state.lost.add(entry["sid"])


def _settle(state: State, entry: Entry) -> None:
    """This callback is not owed any more."""
    told = (entry["sid"], entry["status"])
    state.owed = [owed for owed in state.owed if (owed.sid, owed.status) != told]


def _webhook(state: State, entry: Entry) -> None:
    attempt = Attempt(entry["http"], entry["error_code"], entry["problem"], entry["fallback"])
    state.attempts[entry["sid"]].append(attempt)


def _carrier_reply(state: State, entry: Entry) -> None:
    line = Line(entry["sid"], False, entry["from"], entry["body"], (), _at(entry))
    state.threads[entry["to"]].append(line)


def _block(state: State, entry: Entry) -> None:
    state.blocked.add((entry["number"], entry["handset"]))


def _unblock(state: State, entry: Entry) -> None:
    state.blocked.discard((entry["number"], entry["handset"]))


def _redact(state: State, entry: Entry) -> None:
    message = state.messages[entry["sid"]]
    message.body, message.updated = "", _at(entry)


def _delete(state: State, entry: Entry) -> None:
    del state.messages[entry["sid"]]
    state.owed = [owed for owed in state.owed if owed.sid != entry["sid"]]


def _call(state: State, entry: Entry) -> None:
    call = Call(entry["sid"], entry["handset"], entry["from"], entry["to"], "ringing", _at(entry))
    if placed := entry.get("placed"):
        call.status, call.placed = "queued", Placed(**{**placed, "events": tuple(placed["events"])})
    call.parent = entry.get("parent", "")
    state.calls[call.sid] = call


def _call_line(state: State, entry: Entry) -> None:
    heard = Heard(entry["who"], entry["words"], entry["language"], _at(entry))
    state.calls[entry["sid"]].lines.append(heard)


def _call_asked(state: State, entry: Entry) -> None:
    call = state.calls[entry["sid"]]
    call.asked, call.wait = (entry["url"], entry["params"]), None


def _call_answered(state: State, entry: Entry) -> None:
    state.calls[entry["sid"]].problem = entry["problem"]


def _call_waits(state: State, entry: Entry) -> None:
    names = ("kind", "action", "takes", "keys", "ends_with", "asks_on_silence", "hints")
    wait = Wait(**{name: entry[name] for name in names}, reports=entry.get("reports", ""))
    state.calls[entry["sid"]].wait = wait


def _call_status(state: State, entry: Entry) -> None:
    call = state.calls[entry["sid"]]
    call.status, call.updated = entry["status"], _at(entry)
    call.answered_by = entry.get("answered_by") or call.answered_by
    if call.status == "in-progress":
        call.answered_at = call.updated
    if call.over:
        call.wait = None


def _call_bridged(state: State, entry: Entry) -> None:
    state.calls[entry["sid"]].bridged = True


def _recording(state: State, entry: Entry) -> None:
    names = ("sid", "call", "words", "seconds", "reports")
    state.recordings[entry["sid"]] = Recording(**{name: entry[name] for name in names}, began=_at(entry))


def _recording_deleted(state: State, entry: Entry) -> None:
    del state.recordings[entry["sid"]]


_CHANGES: dict[str, Callable[[State, Entry], None]] = {
    "handset": _handset,
    "message": _message,
    "status": _status,
    "fault": _fault,
    "callback": _settle,
    "webhook": _webhook,
    "hold": _hold,
    "release": _release,
    "lost": _lost,
    "carrier_reply": _carrier_reply,
    "block": _block,
    "unblock": _unblock,
    "redact": _redact,
    "delete": _delete,
    "call": _call,
    "call_line": _call_line,
    "call_asked": _call_asked,
    "call_answered": _call_answered,
    "call_waits": _call_waits,
    "call_status": _call_status,
    "call_bridged": _call_bridged,
    "recording": _recording,
    "recording_deleted": _recording_deleted,
}
