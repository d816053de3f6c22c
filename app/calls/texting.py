"""A call that nobody had, answered by a text that asks what it was about: where that spares a call, and only there."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points
from app.calls import owing
from app.library import versions
from app.models.calls import PhoneCall
from app.models.conversations import Conversation
from app.outreach import askable, known, pauses
from app.outreach.budget import MISSED_CALL
from app.talk import ends, opening

FRESH = timedelta(hours=1)  # a text that has not left by then answers nothing
ONCE_IN = timedelta(hours=24)
"""Who calls again after such a text wants to speak with somebody."""


def instead(session: Session, call: PhoneCall) -> str | None:
    """Ask by text, if the number is that of one patient who may be texted now; how the call is settled by it. None: a
    call is owed. Its number is locked."""
    number = contact_points.hold(session, call.contact_point_id)
    behind = contact_points.patients_behind(session, call.contact_point_id)
    if (
        call.outgoing_id is not None
        or call.withheld
        or number is None
        or len(behind) != 1
        or MISSED_CALL not in versions.in_force(session).dialogs
    ):
        return None
    (patient,) = behind
    found = known.of_one(session, number.id, patient.id)
    if askable.not_at_all(found, patient, number, rings=False):
        return None
    if askable.not_now(found, patient, clock.now(), pauses.REMINDERS):
        return None
    if found.words:  # a person has words of hers already, and speaks with her
        return None
    if owing.owed_already(session, number.id) or _asked_lately(session, number.id):
        return None
    talk = opening.open_one(session, opening.Opening(
        key=f"{MISSED_CALL}:{call.sid}", dialog=MISSED_CALL, contact_point_id=number.id, patient=patient,
        appointment_id=None, expires_at=clock.now() + FRESH,
    ))  # fmt: skip
    return "text" if talk is not None else None


def over(session: Session, contact_point_id: int) -> None:
    """She has called again and was heard, or is owed a call: the text's question needs no answer any more."""
    live = select(Conversation.id).where(
        Conversation.contact_point_id == contact_point_id, Conversation.state == "live",
        Conversation.dialog == MISSED_CALL,
    )  # fmt: skip
    waits = session.scalar(live)
    if waits is not None:
        ends.end(session, waits, "called_again")


def _asked_lately(session: Session, contact_point_id: int) -> bool:
    query = select(Conversation.id).where(
        Conversation.contact_point_id == contact_point_id, Conversation.dialog == MISSED_CALL,
        Conversation.created_at > clock.now() - ONCE_IN,
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
