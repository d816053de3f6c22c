"""A booking by phone that was a mistake is undone in one step, and everything is as it was before (issue 8, decision
0101; H43, H47).

It can be while nobody has begun to enter it in the EHR: from then on somebody out there may go by it, and the visit is
moved or cancelled as any other.
"""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, timeline
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.patients import Patient
from app.models.practice import Location
from app.models.waitlist import WaitlistRequest
from app.outreach import loops, talked
from app.scheduling import booking, ehr, filling, slots, waitlist, way_back
from app.scheduling.filling import Gone
from escalation_desk import items, settling
from escalation_desk.holding import locked
from escalation_desk.models import DeskItem

WITHIN = timedelta(minutes=30)
"""A mistake is noticed at once; after that she may have written the time down, and is called first."""
NOTHING = "Nothing was undone: please move or cancel the visit on the patient’s page."
TOO_LATE = f"This booking has changed since, or is older than half an hour. {NOTHING}"
IN_THE_EHR = f"Somebody has taken the task to enter it in the EHR, or has entered it. {NOTHING}"
WRITTEN_TO = f"The patient was asked about this visit meanwhile, and may have answered. {NOTHING}"
GIVEN_ON = f"The patient’s old time is somebody else’s meanwhile, or is over. {NOTHING}"


class Booked(NamedTuple):
    """What can be undone: the request that a booking filled, whose it is, and her visit with its time zone."""

    waits: WaitlistRequest
    patient: Patient
    visit: Appointment
    time_zone: str


def newest(session: Session) -> list[Booked]:
    """What can be undone now, the newest first."""
    rows = session.execute(
        select(WaitlistRequest, Patient, Appointment, Location.time_zone)
        .join(Patient, Patient.id == WaitlistRequest.patient_id)
        .join(VisitChange, VisitChange.key == WaitlistRequest.entry_key)
        .join(Appointment, Appointment.id == VisitChange.appointment_id)
        .join(Location, Location.id == Appointment.location_id)
        .join(DeskItem, DeskItem.key == WaitlistRequest.entry_key)
        .where(
            WaitlistRequest.state == "filled", WaitlistRequest.reason == filling.BY_PHONE,
            WaitlistRequest.ended_at > clock.now() - WITHIN, DeskItem.state == "open",
        )
        .order_by(WaitlistRequest.ended_at.desc(), WaitlistRequest.id.desc())
    )  # fmt: skip
    return [Booked._make(row) for row in rows]


def undo(session: Session, request_id: int, version: int, staff_id: int) -> None:
    """Her visit lies where it lay, or is struck if she had none; the time is free, and she waits as before. Her number
    is locked first, then the task, the clinicians, the visit. Raises Gone."""
    filling.hold_number(session, session.get_one(WaitlistRequest, request_id).patient_id)
    waits = session.get_one(WaitlistRequest, request_id, populate_existing=True)
    filled_at = waits.ended_at
    if filled_at is None or filled_at <= clock.now() - WITHIN or (waits.version, waits.reason) != (
        version, filling.BY_PHONE
    ):  # fmt: skip
        raise Gone(TOO_LATE)
    task = locked(session, session.scalars(select(DeskItem.id).where(DeskItem.key == waits.entry_key)).one())
    if task.state != "open":
        raise Gone(IN_THE_EHR)
    actor = timeline.by_staff(staff_id)
    _take_back(session, session.scalars(select(VisitChange).where(VisitChange.key == task.key)).one(), task, actor)
    settling.close_over(session, task.id)
    waitlist.wait_again(session, waits, actor)
    closed_by_it = DeskItem.state == "closed", DeskItem.disposition.is_(None), DeskItem.closed_at >= filled_at
    for item_id in session.scalars(filling.sought_for(waits).where(*closed_by_it)).all():
        items.reopen(session, locked(session, item_id), actor)


def _take_back(session: Session, change: VisitChange, task: DeskItem, actor: str) -> None:
    """The visit as it was, and a row for the file of changes, which may have shown the booking already."""
    visit = way_back.visit_as_left(session, change)
    if visit is None:
        raise Gone(TOO_LATE)
    if talked.as_it_is(talked.of_one(session, visit), visit):
        raise Gone(WRITTEN_TO)
    was, old = ehr.Was.of(visit), way_back.old_hour(session, change, task)
    if change.what == "booked":
        booking.strike(session, visit, actor)
        loops.cancelled(session, visit.id)
    elif old is not None:
        before = visit.version - 1
        booking.go_back(session, visit, old, actor)
        talked.hold_again(session, visit, before)
    else:
        raise Gone(GIVEN_ON)
    ehr.write(session, visit, was)
    slots.entered(session, ehr.entry_key(visit), free=True)
