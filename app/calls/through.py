"""The turns of a nurse's own call to a patient through us (issue 9, point 6)."""

from app.calls import may_call
from app.calls.answers import Step
from app.calls.hearing import STATE_OF
from app.calls.moment import Moment
from app.calls.pressing import Question
from app.models.calls import OutgoingCall
from app.models.patients import ContactPoint
from app.outreach.permission import YES
from escalation_desk import call_through, page_words


def dialled(now: Moment, row: OutgoingCall) -> Step:
    """The patient's telephone is over; hers is, too."""
    state = STATE_OF.get(now.turn.dialled, "failed")
    call_through.ended(now.session, row, state, now.turn.seconds)
    words = page_words.THROUGH_ENDED if state == "completed" else page_words.THROUGH_NOBODY
    return Step("over", words=(words,), settled_as="answered")


def _take(now: Moment, row: OutgoingCall) -> Step:
    verdict = may_call.to_ring(now.session, row)
    if verdict != YES:
        return Step("over", words=(page_words.THROUGH_NOT_NOW,), settled_as="answered")
    number = now.session.get_one(ContactPoint, call_through.of(now.session, row).contact_point_id).number
    call_through.begun(now.session, row)
    return Step("through", words=(page_words.THROUGH,), rings=number)


def _nothing(_now: Moment, _row: OutgoingCall) -> None:
    """What is to be told is told once the call is over (app.calls.ending)."""


QUESTION = Question(page_words.THROUGH_ASKS, page_words.THROUGH_OVER, _take, _nothing)
