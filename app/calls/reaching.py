"""We called: whom we have on the line, and what is said to whom. A machine hears our name and number alone (H27)."""

from sqlalchemy.orm import Session

from app.calls import instead
from app.calls.answers import Step
from app.calls.ending import HUMAN
from app.calls.hearing import Turn
from app.calls.moment import Moment
from app.messaging import call_book, consent
from app.models.calls import OutgoingCall, PhoneCall
from app.talk import conversations

NEUTRAL = Step("over", ("call_voicemail",))
"""The practice's name and number, in both languages; said, too, where we cannot tell who listens."""


def bind(session: Session, turn: Turn, call: PhoneCall) -> None:
    """This is the call that a row of ours asked for: its token came back with the carrier's id, which proves that it
    was made, whatever we were told. A second call for one row, or one of no row, stays nobody's."""
    row = call_book.of_token(session, turn.token)
    if row is None or row.contact_point_id != call.contact_point_id or row.carrier_id not in (None, turn.sid):
        return
    call_book.move(session, row, "answered", turn.sid)
    row.answered_by = turn.answered_by or "unknown"
    call.outgoing_id = row.id
    session.flush()


def begin(now: Moment) -> Step:
    """Somebody or something took the call. Only a person is asked anything, and told nothing before she has proved who
    she is; a machine hears the neutral words, and the matter goes by text where it may."""
    row = _row(now)
    if row is None or row.state != "answered":
        return NEUTRAL
    if row.answered_by == HUMAN:
        return Step("reached")
    instead.a_text(now.session, row)
    return NEUTRAL


def stop(now: Moment) -> Step:
    """No more calls of ours to this number; what she was to be asked is asked otherwise."""
    row = _row(now)
    consent.end_calls(now.session, now.call.contact_point_id, "patient", now.scene.exchange_id)
    if row is not None and row.conversation_id is not None:
        conversations.end(now.session, row.conversation_id, "calls_stopped")
    return Step("over", ("call_stopped",), "answered", outcome="consent")


def _row(now: Moment) -> OutgoingCall | None:
    number = now.call.outgoing_id
    return now.session.get(OutgoingCall, number) if number is not None else None
