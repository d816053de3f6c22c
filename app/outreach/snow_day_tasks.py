"""What people must know of a day that is called off: what was booked on it since, and that the EHR must hear of it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import defer

from app import clock, contact_points, db, practice
from app.models.snow_days import SnowDay, SnowDayPatient
from app.outreach import snow_days
from app.outreach.snow_day_slots import Wanted
from app.outreach.snow_days import UNDONE_WITHIN
from escalation_desk import items
from escalation_desk.models import DeskItem


def tell_of_booked() -> None:
    """Whatever is booked on such a day later, by a file or by hand: a person sees whether that can be."""
    with db.reading("snow_days.booked") as session:
        standing = SnowDay.undone_at.is_(None), SnowDay.day >= practice.today(session)
        found = {}
        for day in session.scalars(select(SnowDay).where(*standing).options(defer(SnowDay.reason))):
            listed = SnowDayPatient.snow_day_id == day.id, SnowDayPatient.state == "listed"
            not_yet = set(session.scalars(select(SnowDayPatient.patient_id).where(*listed)))
            for visit in snow_days.visits_on(session, Wanted(day.day, day.provider_id, day.location_id)):
                if visit.patient_id not in not_yet:
                    found[f"snow_day:{day.id}:booked:{visit.id}:v{visit.version}"] = (visit.id, visit.patient_id)
        told = set(session.scalars(select(DeskItem.key).where(DeskItem.key.in_(found))))
    for key, (visit_id, patient_id) in found.items():
        if key not in told:
            with db.transaction("snow_days.booked_since") as session:
                number = contact_points.first_of(session, patient_id)
                items.raise_task(
                    session, key, "booked_on_snow_day", number, patient_id=patient_id, appointment_id=visit_id
                )


def tell_the_ehr() -> None:
    """Once nothing can be taken back any more, somebody enters all of it in the practice's own system."""
    with db.reading("snow_days.entered") as session:
        settled = SnowDay.undone_at.is_(None), SnowDay.declared_at <= clock.now() - UNDONE_WITHIN
        days = session.execute(select(SnowDay.id, SnowDay.day).where(*settled)).all()
        keys = {f"snow_day:{row.id}:ehr": row for row in days}
        told = set(session.scalars(select(DeskItem.key).where(DeskItem.key.in_(keys))))
    for key, row in keys.items():
        if key not in told:
            with db.transaction("snow_days.enter") as session:
                note = f"{spoken(row.day)} was called off. Cancel its visits there, too."
                items.raise_task(session, key, "enter_snow_day", None, note=note)


def spoken(day: date) -> str:
    """`Tuesday, December 1`."""
    return f"{day:%A, %B} {day.day}"
