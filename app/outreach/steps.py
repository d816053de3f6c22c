"""A cadence's step, kept: what was decided about it last, and by which talk it was said."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import OutreachStep
from app.outreach.askable import Decision


def keep(
    session: Session, key: str, decision: Decision, talk: int | None, *,
    appointment_id: int | None = None, follow_up_id: int | None = None,
) -> bool:  # fmt: skip
    """Write down what was decided about the step of an appointment or a follow-up. Whether that is news: the record
    gets a line when the reason changes, not every few seconds."""
    row = session.scalar(select(OutreachStep).where(OutreachStep.key == key).with_for_update())
    if row is not None and (row.state, row.reason) == (decision.state, decision.reason):
        return False
    if row is None:
        row = OutreachStep(key=key, appointment_id=appointment_id, follow_up_id=follow_up_id)
        session.add(row)
    row.state, row.reason, row.decided_at, row.conversation_id = decision.state, decision.reason, clock.now(), talk
    session.flush()
    return True
