"""She agreed to texts: staff write it down, and she is to be welcomed; those of a file so many a day (H49)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, db
from app.messaging import consent
from app.models.welcomes import Welcome

A_DAY = timedelta(days=1)


def wish(
    session: Session, patient_id: int, contact_point_id: int, staff_id: int, source: str = "form", *,
    a_day: int | None = None,
) -> bool:  # fmt: skip
    """Staff write down that she agreed to texts at this number, and so she is welcomed there, once for ever. `a_day`:
    so many of a source at most on one day. False when the number asked for no texts: only she ends that."""
    if not consent.agreed(session, contact_point_id, staff_id):
        return False
    now = clock.now()
    db.put(session, Welcome, {
        "patient_id": patient_id, "contact_point_id": contact_point_id, "source": source, "state": "waiting",
        "not_before": now if a_day is None else _turn(session, source, now, a_day), "asked_at": now,
    })  # fmt: skip
    return True


def _turn(session: Session, source: str, now: datetime, a_day: int) -> datetime:
    """The first day with room for one more."""
    of_source = Welcome.source == source
    last = session.scalar(select(func.max(Welcome.not_before)).where(of_source))
    if last is None or last < now - A_DAY:
        return now
    on_it = session.scalar(select(func.count()).where(of_source, Welcome.not_before > last - A_DAY)) or 0
    return last + A_DAY if on_it >= a_day else last
