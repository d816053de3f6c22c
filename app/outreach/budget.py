"""The contact budget of a number: how many talks we begin with it, and that a visit comes first (P9, H52)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.patients import PatientContactPoint
from dialogs.engine.vocabulary import WRONG_NUMBER

WEEK = timedelta(days=7)
OFFER = "slot_offer"
OUTSIDE = (OFFER, WRONG_NUMBER)
"""Dialogs that stand outside the budget: she asked for a time herself (DESIGN 6), or it answers what she wrote."""
VISIT_FIRST = timedelta(hours=72)


def free(
    session: Session, contact_point_id: int, at: datetime, zone: ZoneInfo, another: ColumnElement[bool]
) -> datetime | None:
    """None while one more talk may begin with the number; else when it may. What is asked again about one matter on one
    day, as when a visit was moved, is the same talk."""
    budget = versions.in_force(session).cadences
    mine = Conversation.contact_point_id == contact_point_id
    begun = mine, Conversation.created_at > at - WEEK, Conversation.dialog.not_in(OUTSIDE)
    rows = session.execute(select(Conversation.created_at, another).where(*begun).order_by(Conversation.created_at))
    midnight = datetime.combine(at.astimezone(zone).date(), time(), tzinfo=zone)
    found = [created_at for created_at, other in rows if other or created_at < midnight]
    if sum(each >= midnight for each in found) >= budget.a_day:
        return datetime.combine(midnight.date() + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    return found[-budget.a_week] + WEEK if len(found) >= budget.a_week else None


def visit_near(session: Session, contact_point_id: int, at: datetime) -> bool:
    """Whether somebody behind the number is to be asked about a visit soon: that comes first (DESIGN 6)."""
    query = select(Appointment.id).join(
        PatientContactPoint, PatientContactPoint.patient_id == Appointment.patient_id
    ).where(
        PatientContactPoint.contact_point_id == contact_point_id, Appointment.state == "booked",
        Appointment.confirmed_at.is_(None), Appointment.starts_at > at, Appointment.starts_at < at + VISIT_FIRST,
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
