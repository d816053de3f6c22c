"""A nurse is called for what she was paged for: one key takes it, and nothing else does (P7, H16)."""

from sqlalchemy.orm import Session

from app import clock
from app.calls.answers import Step
from app.calls.moment import Moment
from app.calls.pressing import Question
from app.models.calls import OutgoingCall
from app.on_call import acknowledging
from app.outreach.permission import YES, Verdict
from escalation_desk import page_calls, page_words, paging


def to_ring(session: Session, row: OutgoingCall) -> Verdict:
    """The verdict for one call to a nurse, asked when it is about to be dialled. No hours, budget or switch hold it; it
    is needless once she answered, or somebody else has all that waited."""
    if row.expires_at <= clock.now():
        return Verdict(refused="too_late")
    if not page_calls.still_rings(session, row.page_id, row.contact_point_id):
        return Verdict(refused="question_over")
    return Verdict(later=clock.now() + page_calls.AGAIN) if page_calls.rings_already(session, row) else YES


def _take(now: Moment, row: OutgoingCall) -> Step:
    """The same as sending back the code."""
    page = paging.hers(now.session, row.page_id, row.contact_point_id)
    if page is None:
        return Step("over", words=(page_words.CALL_TOO_LATE,), settled_as="answered")
    told = acknowledging.acknowledge(now.session, page, row.contact_point_id)
    return Step("over", words=(told,), settled_as="answered", outcome="page_acknowledgement")


def _in_vain(now: Moment, row: OutgoingCall) -> None:
    """The next person is rung."""
    if row.page_id is not None:
        page_calls.in_vain(now.session, row.page_id)


QUESTION = Question(page_words.CALL, page_words.CALL_OVER, _take, _in_vain)
