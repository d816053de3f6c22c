"""Making an offer: up to three slots are held for somebody who waits and can be asked by text or by a call."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points, db, settings, timeline
from app.models.offers import MOST_AT_ONCE, Offer, OfferedTime
from app.models.patients import ContactPoint, Patient
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.outreach import ringable
from app.scheduling import filling, offers, slots
from app.scheduling.filling import Gone, Seen

LEAST = timedelta(minutes=15)
"""Shorter than this nobody is asked by text or by a call."""


def make(session: Session, seen: Sequence[Seen], staff_id: int) -> int:
    """Hold these slots for whoever waits, in the order in which they are numbered; the conductors ask her (`offering`).
    `seen`: all with the same request. The offer's id. Raises Gone."""
    waits = session.get_one(WaitlistRequest, seen[0].request_id)
    filling.hold_number(session, waits.patient_id)
    if why := cannot_be_asked(session, waits.patient_id):
        raise Gone(f"{why} Nothing was offered: please call, and book by phone.")
    slots.lock_all(session, [each.slot_id for each in seen])
    for each in seen:
        _hold(session, each, waits)
    _refuse_odd(session, seen)
    locked = select(WaitlistRequest.version).where(WaitlistRequest.id == waits.id, WaitlistRequest.state == "waiting")
    if session.scalar(locked.with_for_update()) != seen[0].request_version:
        raise Gone("The patient’s wish has changed, or is settled already. Nothing was offered; please look again.")
    offer_id = db.put(session, Offer, {
        "request_id": waits.id, "patient_id": waits.patient_id, "state": "open", "made_by": staff_id,
        "made_at": clock.now(),
    })  # fmt: skip
    if offer_id is None:
        raise Gone("The patient is being offered another time just now. Nothing was offered.")
    for number, each in enumerate(seen, start=1):
        time = {"offer_id": offer_id, "slot_id": each.slot_id, "number": number, "state": "open"}
        if db.put(session, OfferedTime, time) is None:
            raise RuntimeError(f"slot {each.slot_id} was free, and stands in an open offer")
    offers.note(session, session.get_one(Offer, offer_id), "slot_offered", timeline.by_staff(staff_id))
    return offer_id


def _hold(session: Session, seen: Seen, waits: WaitlistRequest) -> None:
    if not slots.turn(session, seen.slot_id, "held", Slot.state == "free", Slot.version == seen.slot_version):
        raise Gone(filling.told_of_slot(session, seen.slot_id))
    slot = session.get_one(Slot, seen.slot_id, populate_existing=True)
    if last_moment(slot, waits) - clock.now() < LEAST:
        raise Gone("This time is too near to be offered by text: please call, and book by phone.")


def _refuse_odd(session: Session, seen: Sequence[Seen]) -> None:
    """A text names one place, and has three numbers for times."""
    if not 1 <= len(seen) <= MOST_AT_ONCE:
        raise Gone(f"Up to {MOST_AT_ONCE} times can be offered at once. Nothing was offered.")
    places = select(Slot.location_id).where(Slot.id.in_([each.slot_id for each in seen])).distinct()
    if len(session.scalars(places).all()) > 1:
        raise Gone("Times that are offered together lie in one place. Nothing was offered.")


def cannot_be_asked(session: Session, patient_id: int) -> str:
    """Why she can be offered no time, neither by text nor by a call, as a sentence; nothing when she can."""
    patient = session.get_one(Patient, patient_id, populate_existing=True)
    if patient.deceased_on is not None or patient.do_not_contact:
        return "Nothing goes out to this patient."
    number = contact_points.first_of(session, patient_id)
    point = session.get(ContactPoint, number, populate_existing=True) if number is not None else None
    if point is None:
        return "No number of this patient is known."
    if point.opted_out_at is not None or not (point.cannot_text is None or ringable.for_offer(patient, point)):
        return "The patient’s number cannot be texted."
    if not settings.current().reaches(point.number):
        return "The patient’s number is abroad, where nothing goes by itself (REACH_PREFIXES)."
    if len(contact_points.ids_behind(session, point.id)) > 1:
        return "The patient shares the number, so an answer could be somebody else’s."
    return ""


def last_moment(slot: Slot, waits: WaitlistRequest) -> datetime:
    """Until when an answer leaves her the notice that she needs."""
    return slot.starts_at - timedelta(hours=waits.notice_hours)
