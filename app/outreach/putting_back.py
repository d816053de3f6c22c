"""Taking a snow day back for a patient: her visits stand again as they were, and who may have heard is called (H43)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import timeline
from app.models.outbox import Outbound
from app.models.snow_days import SnowDay, SnowDayPatient
from app.outreach import follow_ups, happened, snow_day_rows, talked
from app.scheduling import booking, waitlist
from app.talk.conversations import NOT_OUT
from escalation_desk import items, settling
from escalation_desk.models import DeskItem


def put_back(session: Session, row: SnowDayPatient, snow_day: SnowDay, number: int | None) -> None:
    """Her visits take place after all; whoever was told that they do not, or may have been, is called. Her number and
    the row are locked."""
    heard = _may_have_heard(session, row)
    actor = timeline.by_staff(snow_day.undone_by)
    for visit in snow_day_rows.called_off(session, row):
        was = visit.version - 1
        if booking.put_back(session, visit, actor):
            talked.hold_again(session, visit, was)
            waitlist.wait_instead_of(session, visit, snow_day.declared_at, actor)
    if row.follow_up_id is not None:
        need = follow_ups.locked(session, row.follow_up_id)
        happened.end_talk(session, need, "done_meanwhile")
        if need.is_open:
            follow_ups.stands(session, need, "mistake", snow_day.undone_by)
    happened.booked(session, row.patient_id)
    if heard:
        note = f"{snow_day.day:%A, %B} {snow_day.day.day} takes place after all. Tell the patient to come."
        items.raise_task(
            session, f"{snow_day_rows.key_of(row)}:after_all", "tell_after_all", number, patient_id=row.patient_id,
            appointment_id=row.appointment_id, note=note, actor=actor,
        )  # fmt: skip
    snow_day_rows.stands(session, row, "undone", None, None)


def _may_have_heard(session: Session, row: SnowDayPatient) -> bool:
    """Whether the text has left, or somebody has the task of telling her or has done it; a task that nobody took is
    over."""
    text = session.execute(
        select(Outbound.id, Outbound.state).where(Outbound.key == snow_day_rows.key_of(row))
    ).one_or_none()
    keys = [f"{snow_day_rows.key_of(row)}:tell", *(snow_day_rows.of_failed_text(text.id) if text else ())]
    told = False
    for item in session.scalars(select(DeskItem).where(DeskItem.key.in_(keys)).order_by(DeskItem.id)).all():
        if item.state == "open":
            settling.close_over(session, item.id)
        told = told or item.state != "closed" or item.disposition is not None
    return told or (text is not None and text.state not in NOT_OUT)
