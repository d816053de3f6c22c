"""Calls of ours to members of staff: for what they were paged for, or to put them through to a patient."""

from app.calls import paged, pressing, through
from app.calls.answers import Step
from app.calls.moment import Moment
from app.models.calls import OutgoingCall
from escalation_desk import page_words


def of_call(now: Moment) -> OutgoingCall | None:
    """The row of the call if it is one to staff."""
    row = now.session.get(OutgoingCall, now.call.outgoing_id) if now.call.outgoing_id is not None else None
    return row if row is not None and row.conversation_id is None else None


def decide(now: Moment, row: OutgoingCall) -> Step:
    """What follows a turn of it."""
    if now.turn.how == "dialled" and row.desk_item_id is not None:
        return through.dialled(now, row)
    return pressing.decide(now, row, _question(row))


def trouble(now: Moment, row: OutgoingCall) -> Step:
    """Something broke in the middle of it; once the patient was rung, that is over too."""
    if now.place == "through":
        return Step("over", words=(page_words.THROUGH_ENDED,))
    return pressing.trouble(now, row, _question(row))


def _question(row: OutgoingCall) -> pressing.Question:
    return paged.QUESTION if row.page_id is not None else through.QUESTION
