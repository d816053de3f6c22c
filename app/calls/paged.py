"""A nurse is called for what she was paged for: one key takes it, and nothing else does (P7, H16).

The same key, words and guards serve whoever of the staff is called: a voicemail never presses it.
"""

from sqlalchemy.orm import Session

from app import clock, practice
from app.calls.answers import Step
from app.calls.ending import HUMAN
from app.calls.moment import Moment
from app.calls.reaching import NEUTRAL
from app.models.calls import OutgoingCall
from app.on_call import acknowledging
from app.outreach.permission import YES, Verdict
from escalation_desk import page_calls, page_words, paging

TAKES = "1"
MOST_ASKED = 2
"""Times that she hears the question; then the next person is rung."""


def to_ring(session: Session, row: OutgoingCall) -> Verdict:
    """The verdict for one call to a nurse, asked when it is about to be dialled. No hours, budget or switch hold it; it
    is needless once she answered, or somebody else has all that waited."""
    if row.expires_at <= clock.now():
        return Verdict(refused="too_late")
    return (
        YES if page_calls.still_rings(session, row.page_id, row.contact_point_id) else Verdict(refused="question_over")
    )


def of_call(now: Moment) -> OutgoingCall | None:
    """The row of the call if it is one to a nurse."""
    row = now.session.get(OutgoingCall, now.call.outgoing_id) if now.call.outgoing_id is not None else None
    return row if row is not None and row.page_id is not None else None


def decide(now: Moment, row: OutgoingCall) -> Step:
    """What follows a turn of it. Only a person is asked; only the key takes; whatever else is asked once more, and then
    the next person is rung."""
    if now.turn.how == "reached" and (row.state != "answered" or row.answered_by != HUMAN):
        return _in_vain(now, row, NEUTRAL)
    if now.turn.how == "reached":
        return _ask(now)
    if now.turn.how == "pressed" and now.turn.keys == TAKES and now.place == "accepting":
        return _take(now, row)
    if now.turn.how != "trouble" and now.place == "accepting" and now.call.misses + 1 < MOST_ASKED:
        return _ask(now, missed=True)
    return trouble(now, row)


def trouble(now: Moment, row: OutgoingCall) -> Step:
    """Nothing was taken, whatever went wrong: she hears so, and the next person is rung."""
    return _in_vain(now, row, Step("over", words=(page_words.CALL_OVER,)))


def _ask(now: Moment, *, missed: bool = False) -> Step:
    words = page_words.CALL.format(practice=practice.name(now.session) or "Handrail")
    return Step("accepting", words=(words,), missed=missed)


def _take(now: Moment, row: OutgoingCall) -> Step:
    """The same as sending back the code."""
    page = paging.hers(now.session, row.page_id, row.contact_point_id)
    if page is None:
        return Step("over", words=(page_words.CALL_TOO_LATE,), settled_as="answered")
    told = acknowledging.acknowledge(now.session, page, row.contact_point_id)
    return Step("over", words=(told,), settled_as="answered", outcome="page_acknowledgement")


def _in_vain(now: Moment, row: OutgoingCall, step: Step) -> Step:
    if row.page_id is not None:
        page_calls.in_vain(now.session, row.page_id)
    return step
