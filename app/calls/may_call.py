"""Whether a nurse may be put through to a patient: asked when she presses, and again before the patient is rung.

Minutes lie between the two, and the record may have changed (H31).
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points
from app.models.calls import OutgoingCall
from app.models.patients import ContactPoint
from app.outreach import permission
from app.outreach.permission import Verdict
from escalation_desk import call_through
from escalation_desk.holding import Refused, owned
from escalation_desk.models import DeskItem

WHY_NOT = {
    "no_number": "There is no number here that can be called.",
    "abroad": "Handrail does not call numbers of that country. Please use another telephone.",
    "sending_off": "Handrail sends and calls nobody just now. Please use another telephone.",
    "wrong_number": "Somebody said that this number is not the patient’s. Please settle that first.",
    "not_hers": "This number is not the patient’s any more. Please look for the right one.",
    "deceased": "The record says that the patient has died. If somebody else is to be called, please use another "
    "telephone.",
    "do_not_contact": "This patient is not to be contacted.",
}
"""What she reads at the desk."""


def press(session: Session, item_id: int, staff_id: int, form: str) -> None:
    """She wants to be put through from an item that she has; harmless twice from one form. Raises Refused."""
    item = owned(session, item_id, staff_id)
    key = f"call_through:{form}"
    if session.scalar(select(OutgoingCall.id).where(OutgoingCall.key == key)) is not None:
        return
    hers, to = call_through.phone_of(session, staff_id, lock=True), call_through.number_of(session, item)
    if hers is None:
        raise Refused("No telephone of yours is entered. A manager enters it under “Who is on call”.")
    verdict = _may(session, item, to)
    if verdict.refused is not None or to is None:
        raise Refused(WHY_NOT[verdict.refused or "no_number"])
    if to == hers:
        raise Refused("That is your own telephone.")
    call_through.write(session, item, staff_id, key=key, hers=hers, to=to)


def to_ring(session: Session, row: OutgoingCall) -> Verdict:
    """The verdict for the call to her, asked when it is about to be dialled, and again before the patient is rung."""
    if row.expires_at <= clock.now() and row.state == "queued":
        return Verdict(refused="too_late")
    if not call_through.still_hers(session, row):
        return Verdict(refused="question_over")
    return _may(session, call_through.item_of(session, row), call_through.of(session, row).contact_point_id)


def _may(session: Session, item: DeskItem, number: int | None) -> Verdict:
    point = session.get(ContactPoint, number) if number is not None else None
    if point is None:
        return Verdict(refused="no_number")
    behind = contact_points.patients_behind(session, point.id)
    hers = [each for each in behind if item.patient_id in (None, each.id)]
    if item.patient_id is not None and not hers:
        return Verdict(refused="not_hers")
    return permission.to_put_through(session, point, hers, wrote=item.kind == "words")
