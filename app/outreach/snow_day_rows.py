"""A patient's row of a snow day: how it stands with her, and which visits of hers are off by it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app import clock, timeline
from app.models.appointments import Appointment
from app.models.snow_days import SnowDay, SnowDayPatient


def day_of(session: Session, row: SnowDayPatient) -> SnowDay:
    """Its snow day; the reason stays sealed, so that one which cannot be opened keeps nobody from being told (H61)."""
    query = select(SnowDay).where(SnowDay.id == row.snow_day_id).options(defer(SnowDay.reason))
    return session.scalars(query.execution_options(populate_existing=True)).one()


def called_off(session: Session, row: SnowDayPatient) -> list[Appointment]:
    """Her visits that are off by it, locked, the soonest first."""
    query = select(Appointment).where(
        Appointment.snow_day_id == row.snow_day_id, Appointment.patient_id == row.patient_id
    )
    ordered = query.order_by(Appointment.starts_at, Appointment.id).with_for_update()
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def stands(
    session: Session, row: SnowDayPatient, state: str, reason: str | None, look_at: datetime | None
) -> None:  # fmt: skip
    """How it stands with a locked row now, and when that is looked at again (None: it is done)."""
    news = (row.state, row.reason) != (state, reason)
    row.state, row.reason, row.look_at, row.decided_at = state, reason, look_at, clock.now()
    session.flush()
    if news:
        stream = timeline.of_patient(row.patient_id)
        timeline.append(
            session, stream, "snow_day_told", "agent", snow_day=row.snow_day_id, state=state, reason=reason,
            appointment=row.appointment_id,
        )  # fmt: skip


def key_of(row: SnowDayPatient) -> str:
    """What her text, her follow-up and her tasks are known by: each is there once."""
    return f"snow_day:{row.snow_day_id}:{row.patient_id}"


def of_failed_text(outbound_id: int) -> tuple[str, str]:
    """The tasks that her text may have become when it failed: they tell her of the day then, too."""
    return f"not_delivered:{outbound_id}", f"withheld:{outbound_id}"
