"""Calls that the practice makes: taken, rung, answered by a person or a machine, or by nobody (TWILIO 5.5)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

from app import clock
from app.simulator import reporting, telephony, telling
from app.simulator.books import Books
from app.simulator.calls import PLAIN_HABITS, Call, Placed
from app.simulator.effects import Reporting, Unlisted, Waits
from app.simulator.faults import suffered
from app.simulator.messages import new_sid
from app.simulator.outbound import Refused, check_numbers, is_web_address

HUMAN = "human"
USUAL_RING, LONGEST_RING = 60, 600
PACE = timedelta(seconds=1)
"""How long it takes to ring, and until a machine answers, when the stand-in runs by itself."""


def place(books: Books, form: Mapping[str, str], events: list[str]) -> Call:
    """Take a call to a handset. Raises Refused."""
    to, sender, url = form.get("To", ""), form.get("From", ""), form.get("Url", "")
    check_numbers(books, to, sender)
    if not is_web_address(url):
        raise Refused(21205, "The 'Url' is not a valid URL.")
    ring = form.get("Timeout", str(USUAL_RING))
    if not ring.isdecimal() or not 1 <= int(ring) <= LONGEST_RING:
        raise Refused(20001, "Timeout must be between 1 and 600 seconds.")
    detects = form.get("MachineDetection", "")
    if detects not in ("", "Enable", "DetectMessageEnd"):
        raise Refused(20001, "MachineDetection is Enable or DetectMessageEnd.")
    placed = Placed(url, form.get("StatusCallback", ""), tuple(events) or ("completed",), int(ring), bool(detects))
    with books.held() as state:
        if to not in state.handsets:
            books.record("handset", number=to, label="", kind="mobile")
        sid = new_sid("CA")
        books.record("call", sid=sid, handset=to, to=to, **{"from": sender}, placed=asdict(placed))
        books.mark(sid, Reporting, Unlisted, Waits)
        return state.calls[sid]


def move_one(books: Books, *, only_due: bool) -> bool:
    """Let the first call of the practice's go on that can; False when none does. only_due: at a believable pace."""
    for kept in reporting.due(books):
        with books.held() as state:
            call = state.calls[kept.sid]
        telling.tell(books, call, telling.status_url(call), kept.params)
        return True
    with books.held() as state:
        calls = [call for call in state.calls.values() if call.placed is not None and not call.over]
    return any(_goes_on(books, call, only_due=only_due) for call in calls)


def answer(books: Books, sid: str, answered_by: str = HUMAN) -> None:
    """Somebody, or something, takes the call; the practice is told, then asked what to say."""
    call = _ringing(books, sid)
    assert call.placed is not None  # noqa: S101  (only those ring here)
    detected = answered_by if call.placed.detects else ""
    books.record("call_status", sid=sid, status="in-progress", answered_by=detected)
    telling.report(books, call, "in-progress", SequenceNumber="2")
    if call.parent and not call.placed.url:
        telephony.bridge(books, call)
    else:
        telephony.ask(books, call, call.placed.url, {})


def refuse(books: Books, sid: str, status: str = "busy") -> None:
    """Nobody takes it: busy, no-answer."""
    telephony.over(books, _ringing(books, sid), status)


def take_back(books: Books, call: Call, status: str) -> None:
    """The practice ends it: `canceled` before it was answered, which nobody is told of while it is queued (TWILIO 5.2).
    Raises Refused."""
    if call.over or (status == "canceled" and call.status == "in-progress"):
        raise Refused(21220, "The call is not in a state that can be changed so.")
    telephony.over(books, call, status, reported=call.status != "queued")


def _goes_on(books: Books, call: Call, *, only_due: bool) -> bool:
    now, since = clock.now(), call.updated or call.began
    if only_due and now < since + PACE:
        return False
    if call.status == "queued":
        return suffered(call.marks, Waits) is None and _begins_to_ring(books, call)
    habit = books.habits.get(call.handset, "")
    if call.status != "ringing":
        return habit not in PLAIN_HABITS and _presses_nothing(books, call)
    assert call.placed is not None  # noqa: S101  (see above)
    if habit not in PLAIN_HABITS:
        answer(books, call.sid, habit)
    elif habit or now >= since + timedelta(seconds=call.placed.seconds):
        refuse(books, call.sid, habit or "no-answer")
    else:
        return False
    return True


def _presses_nothing(books: Books, call: Call) -> bool:
    """A machine that is asked for a key."""
    if call.wait is None or call.wait.kind != "gather":
        return False
    telephony.press(books, call.sid, "")
    return True


def _begins_to_ring(books: Books, call: Call) -> bool:
    with books.held() as state:
        kind = state.handsets[call.handset].kind
    if kind == "dead":
        telephony.over(books, call, "failed")
        return True
    if kind == "off":
        telephony.over(books, call, "no-answer")
        return True
    telling.report(books, call, "queued", SequenceNumber="0")
    books.record("call_status", sid=call.sid, status="ringing")
    telling.report(books, call, "ringing", SequenceNumber="1")
    return True


def _ringing(books: Books, sid: str) -> Call:
    with books.held() as state:
        call = state.calls.get(sid)
    if call is None or call.placed is None or call.status != "ringing":
        raise telephony.NoSuchAct("Nothing rings.")
    return call
