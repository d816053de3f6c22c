"""A slot becomes a visit: booked by telephone or accepted by text, in one transaction with all it ends (H41, H47).

Whoever comes here holds the patient's number first (contact_points.hold): then the clinician's row, the slot, the
appointment.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock, contact_points, timeline
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.outreach import happened
from app.scheduling import booking, ehr, slots, waitlist
from escalation_desk import settling
from escalation_desk.models import DeskItem

AGREED_FOR = timedelta(hours=48)
"""Whoever agrees to a time this soon has answered the question that would be asked about it; of one that lies further
ahead she is asked as of any other."""
BY_PHONE = "by_phone"
"""Why a request is over that somebody filled on the telephone; the patient's own answer is `booked`."""
SOUGHT_FOR = {"another_time", "wants_visit"}
"""Tasks that are done once she has a time."""


class Gone(Exception):
    """It cannot be done any more, and nothing was changed; the message is a sentence for the person at the screen."""


@dataclass(frozen=True)
class Seen:
    """A slot and a request as the page showed them: whoever acts on what has changed since is told (H45)."""

    slot_id: int
    slot_version: int
    request_id: int
    request_version: int


def book_by_phone(session: Session, seen: Seen, staff_id: int) -> Appointment:
    """She said yes on the telephone: the slot is hers, her old hour is given up, she waits no more. Raises Gone."""
    waits = session.get_one(WaitlistRequest, seen.request_id)
    hold_number(session, waits.patient_id)
    if session.get_one(Patient, waits.patient_id).deceased_on is not None:
        raise Gone("This patient is recorded as deceased, so nothing is booked.")
    if not slots.take(session, seen.slot_id, seen.slot_version):
        raise Gone(told_of_slot(session, seen.slot_id))
    actor = timeline.by_staff(staff_id)
    if not waitlist.end(session, seen.request_id, seen.request_version, "filled", BY_PHONE, actor):
        raise Gone("The patient’s wish has changed, or is settled already. Nothing was booked; please look again.")
    return fill(session, seen.slot_id, waits, actor)


def hold_number(session: Session, patient_id: int) -> None:
    """Lock the number to try first, before anything else is locked, as an inbound text does."""
    number = contact_points.first_of(session, patient_id)
    if number is not None:
        contact_points.hold(session, number)


def fill(session: Session, slot_id: int, waits: WaitlistRequest, actor: str) -> Appointment:
    """Give a slot that was just taken to whoever waits: her visit moves there, or a new one is entered. The EHR is told
    by a task, and what sought a time for her is done."""
    slot = session.get_one(Slot, slot_id, populate_existing=True)
    appointment = _moved(session, waits, slot, actor) or booking.book(
        session, waits.patient_id, slot.provider_id, slot.location_id, slot.starts_at, None, actor
    )
    waits.entry_key = ehr.entry_key(appointment)
    if slot.starts_at - clock.now() < AGREED_FOR and appointment.confirmed_at is None:
        booking.confirm(session, appointment.id, appointment.version, actor)
    _close_tasks(session, waits)
    happened.booked(session, waits.patient_id)
    return appointment


def _moved(session: Session, waits: WaitlistRequest, slot: Slot, actor: str) -> Appointment | None:
    """Her visit at its new hour; None if she has none any more that lies ahead."""
    if waits.appointment_id is None:
        return None
    found = session.get_one(Appointment, waits.appointment_id, populate_existing=True)
    ahead = found.state == "booked" and found.starts_at > clock.now()
    return booking.swap(session, waits.appointment_id, slot, actor) if ahead else None


def _close_tasks(session: Session, waits: WaitlistRequest) -> None:
    """Nobody need look for a time for her any more; what a colleague has in hand is the colleague's to close."""
    for item_id in session.scalars(sought_for(waits).where(DeskItem.state == "open")).all():
        settling.close_over(session, item_id)


def sought_for(waits: WaitlistRequest) -> Select[int]:
    """The tasks to look for a time for her, by id."""
    about = select(DeskItem.id).where(
        DeskItem.patient_id == waits.patient_id, DeskItem.reason.in_(SOUGHT_FOR), DeskItem.kind == "task",
        DeskItem.appointment_id == waits.appointment_id
        if waits.appointment_id is not None else DeskItem.appointment_id.is_(None),
    )  # fmt: skip
    return about.order_by(DeskItem.id)


def told_of_slot(session: Session, slot_id: int) -> str:
    """What has become of a slot that was free a moment ago."""
    slot = session.get(Slot, slot_id, populate_existing=True)
    became = {
        "booked": "Somebody has booked this time meanwhile.",
        "held": "This time is held for a patient meanwhile.",
        "freed": "This time was given up again, and nobody has said yet that it is free in the EHR.",
        "closed": "This time was taken back meanwhile.",
    }
    return became.get(slot.state if slot else "closed", "This time has changed meanwhile.") + " Nothing was booked."
