"""A cadence's step, kept: what was decided about it last, and by which talk it was said."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db
from app.models.appointments import OutreachStep
from app.outreach.askable import Decision


def keep(
    session: Session, key: str, decision: Decision, talk: int | None, *,
    appointment_id: int | None = None, follow_up_id: int | None = None,
) -> bool:  # fmt: skip
    """Write down what was decided about the step of an appointment or a follow-up. Whether that is news: the record
    gets a line when the reason changes, not every few seconds."""
    decided = {"state": decision.state, "reason": decision.reason, "decided_at": clock.now(), "conversation_id": talk}
    about = {"key": key, "appointment_id": appointment_id, "follow_up_id": follow_up_id}
    if db.put(session, OutreachStep, {**about, **decided}) is not None:
        return True
    row = session.scalars(select(OutreachStep).where(OutreachStep.key == key).with_for_update()).one()
    if (row.state, row.reason) == (decision.state, decision.reason):
        return False
    for name, value in decided.items():
        setattr(row, name, value)
    session.flush()
    return True
