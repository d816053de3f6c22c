"""A nurse's call through us as the item's page shows it: what goes on, and whether she is asked how it went."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.messaging.call_book import ENDS
from app.models.calls import CallThrough, OutgoingCall
from app.web.call_words import RESULTS
from escalation_desk import call_through, oncall
from escalation_desk.models import DeskItem

RINGS = "Your telephone rings in a moment. Press 1 there, and the patient is rung."
QUEUED = "Other calls are on all of our lines. Your telephone rings as soon as one is free; you need not wait here."
SOON = timedelta(seconds=15)
"""Until then a call that is to be made is made in a moment."""
WAITS = "You took the call. Press 1, and the patient is rung."
PATIENT_RINGS = "The patient’s telephone rings. The patient sees the practice’s number."
TALKS = "Somebody, or a voicemail, took the call at the patient’s end."
OVER, HOW = "The call is over.", "The call is over. How did it go?"
NOBODY = "Nobody answered the patient’s telephone."
IN_VAIN = "Your telephone was not answered, or 1 was not pressed: the patient was not rung."
NOT_MADE = "The call could not be made. Please try again, or use another telephone."
UNKNOWN = "It is not known whether your telephone rang. Please try again, or use another telephone."


@dataclass(frozen=True, slots=True)
class Calling:
    """has_phone: hers is entered; sentence: how her last call from here stands; asks: for its result."""

    has_phone: bool
    sentence: str = ""
    under_way: bool = False
    asks: bool = False
    outgoing_id: int = 0
    result: str = ""
    results: tuple[tuple[str, str], ...] = tuple(RESULTS.items())


def of_item(session: Session, item: DeskItem, staff_id: int, role: str) -> Calling | None:
    """For whoever has the item; None where nobody can be called from it."""
    if role != oncall.ROLE or call_through.number_of(session, item) is None:
        return None
    has_phone = call_through.phone_of(session, staff_id) is not None
    found = call_through.newest(session, item.id, staff_id)
    if found is None:
        return Calling(has_phone)
    row, made = found
    sentence = _sentence(row, made)
    return Calling(
        has_phone, sentence, under_way=sentence in (RINGS, QUEUED, WAITS, PATIENT_RINGS, TALKS),
        asks=call_through.can_be_told(row, made), outgoing_id=row.id,
        result=made.result or "",
    )  # fmt: skip


def _sentence(row: OutgoingCall, made: CallThrough) -> str:
    if made.put_through_at is not None:
        return _put_through(row, made)
    if row.state == "withheld" or row.state == "failed" or (row.state == "queued" and row.expires_at <= clock.now()):
        return NOT_MADE
    if row.state == "unknown":
        return UNKNOWN
    if row.state in ENDS or row.came_of is not None:
        return IN_VAIN
    if row.state == "queued" and row.created_at < clock.now() - SOON:
        return QUEUED
    return WAITS if row.state == "answered" else RINGS


def _put_through(row: OutgoingCall, made: CallThrough) -> str:
    if made.dialled in call_through.NOBODY:
        return NOBODY
    if made.dialled is not None or row.state in ENDS:
        return OVER if made.result else HOW
    return TALKS if made.answered_at is not None else PATIENT_RINGS
