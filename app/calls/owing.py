"""Calls that we owe: a task with an owner and an age for whoever called and was not heard by a person (P7)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calls import messages
from app.calls.answers import Step
from app.contact_points import Behind
from app.models.calls import PhoneCall
from escalation_desk import items
from escalation_desk.models import DeskItem

REASONS = ("call_owed", "call_nobody", "call_abandoned", "call_missed", "call_in_outage")


def owe(session: Session, call: PhoneCall, patients: Sequence[Behind], reason: str) -> str:
    """Give the front desk a call to make, one for a number at a time. A number that is not shown cannot be called.
    Returns how the call is settled."""
    if call.withheld:
        return "withheld"
    if not owed_already(session, call.contact_point_id):
        items.raise_task(
            session, f"call:{call.sid}", reason, call.contact_point_id,
            patient_id=patients[0].id if len(patients) == 1 else None,
        )  # fmt: skip
    return "task"


def owed(session: Session, call: PhoneCall, patients: Sequence[Behind], reason: str) -> Step:
    """The same in the midst of the call, and what the caller hears of it."""
    settled_as = owe(session, call, patients, reason)
    if settled_as == "withheld":
        return Step("over", ("call_try_again",), settled_as)
    if reason == "call_owed":
        return Step("owed", ("call_owed",), settled_as)
    if messages.offer(session, call):
        return Step("message", ("call_nobody", "call_message"), settled_as)
    return Step("over", ("call_nobody",), settled_as)


def owed_already(session: Session, contact_point_id: int) -> bool:
    """Whether somebody has such a call to make."""
    query = select(DeskItem.id).where(
        DeskItem.contact_point_id == contact_point_id, DeskItem.state != "closed", DeskItem.kind == "task",
        DeskItem.reason.in_(REASONS),
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
