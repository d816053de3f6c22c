"""What each entry of the ledger changes; the carrier's state is nothing but these, applied in order."""

from collections.abc import Callable
from datetime import datetime

from app.simulator import messages
from app.simulator.ledger import Entry
from app.simulator.messages import FINAL, INBOUND, Line
from app.simulator.state import Attempt, Callback, Facts, State


def apply(state: State, entry: Entry) -> None:
    """Take in one entry. Those that only witness (`refused`, `fault`) change nothing but the version."""
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
    if message.status in FINAL:
        del state.moving[message.sid]
    if message.status == "delivered":
        line = Line(message.sid, False, message.sender, message.body, message.media, message.updated)
        state.threads[message.to].append(line)
    if message.status_callback:
        state.owed.append(Callback(message.sid, message.status, message.error_code, message.updated))


def _callback(state: State, entry: Entry) -> None:
    posted = (entry["sid"], entry["status"])
    state.owed = [owed for owed in state.owed if (owed.sid, owed.status) != posted]


def _webhook(state: State, entry: Entry) -> None:
    attempt = Attempt(entry["status"], entry["error_code"], entry["problem"])
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


_CHANGES: dict[str, Callable[[State, Entry], None]] = {
    "handset": _handset,
    "message": _message,
    "status": _status,
    "callback": _callback,
    "webhook": _webhook,
    "carrier_reply": _carrier_reply,
    "block": _block,
    "unblock": _unblock,
    "redact": _redact,
    "delete": _delete,
}
