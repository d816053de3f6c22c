"""Offers: one slot held for one patient who waits, until she takes it, says no, or the hold is over (H41, H42, H46).

Every change of an offer is made while its slot's row is ours, so that no two of them can both count.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.offers import Offer
from app.models.patients import Patient
from app.models.practice import Location, Practice
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import filling, slots, waitlist
from app.scheduling.booking import Visit

LATE_FOR = timedelta(hours=24)
"""How long after an offer was over a yes may still mean it."""


def asked(session: Session, offer_id: int, conversation_id: int, expires_at: datetime) -> None:
    """She is being asked, and has until then."""
    values = {"conversation_id": conversation_id, "expires_at": expires_at, "reason": None}
    if not db.changed(session, update(Offer).where(Offer.id == offer_id, *_OPEN).values(values)):
        raise RuntimeError(f"offer {offer_id} ended while it was asked")
    slots.announce(session)


def of_conversation(session: Session, conversation_id: int) -> Offer | None:
    return session.scalar(select(Offer).where(Offer.conversation_id == conversation_id))


def visit(session: Session, offer: Offer) -> Visit:
    """The time that is offered, as a text names it: in a visit's words, under the slot's version."""
    query = (
        select(Slot.version, Slot.starts_at, Location.name, Location.time_zone, Practice.name, Patient.name)
        .join(Location, Location.id == Slot.location_id)
        .join(Practice, Practice.id == Location.practice_id)
        .join(Patient, Patient.id == offer.patient_id)
        .where(Slot.id == offer.slot_id)
    )
    return Visit._make(session.execute(query).one())


def stands(session: Session, conversation_id: int | None) -> bool:
    """Whether what a conversation offers can still be had; true of one that offers nothing."""
    offer = of_conversation(session, conversation_id) if conversation_id is not None else None
    return offer is None or offer.state == "open"


def accept(session: Session, conversation_id: int, actor: str) -> Appointment | None:
    """She takes it: her visit lies there, and what she had is given up, in this transaction. None when it cannot be had
    any more; she keeps her visit and her place then."""
    offer = _current(session, conversation_id)
    if offer is None or not _release(session, offer, "booked", "accepted", "taken", actor):
        return None
    waits = session.get_one(WaitlistRequest, offer.request_id, populate_existing=True)
    if not waitlist.end(session, waits.id, None, "filled", "booked", actor):
        raise RuntimeError(f"request {waits.id} was over while its offer {offer.id} was open")
    appointment = filling.fill(session, offer.slot_id, waits, actor)
    session.execute(update(Offer).where(Offer.id == offer.id).values(appointment_id=appointment.id))
    return appointment


def decline(session: Session, conversation_id: int, actor: str) -> None:
    """Not this time: she keeps her place, and the slot is free for the next."""
    offer = _current(session, conversation_id)
    if offer is not None:
        _release(session, offer, "free", "declined", "declined", actor)


def leave(session: Session, conversation_id: int, actor: str) -> None:
    """She looks for no other time."""
    decline(session, conversation_id, actor)
    offer = of_conversation(session, conversation_id)
    if offer is not None:
        waitlist.end(session, offer.request_id, None, "closed", "left", actor)


def let_go(session: Session, offer_id: int, state: str, reason: str, actor: str = "agent") -> bool:
    """The hold is over (lapsed, withdrawn): the slot is free, she keeps her place. False when it was over already."""
    return _release(session, session.get_one(Offer, offer_id, populate_existing=True), "free", state, reason, actor)


def answered_late(session: Session, contact_point_id: int) -> bool:
    """Whether what a number was asked last is an offer that is over, so that a yes to it came too late."""
    query = (
        select(Offer.state, Offer.ended_at)
        .join(Conversation, Conversation.id == Offer.conversation_id)
        .where(Conversation.contact_point_id == contact_point_id)
    )
    newest = select(Conversation.id).where(Conversation.contact_point_id == contact_point_id)
    last = newest.order_by(Conversation.asked_at.desc(), Conversation.id.desc()).limit(1).scalar_subquery()
    row = session.execute(query.where(Conversation.id == last)).one_or_none()
    over = row is not None and row.state in ("lapsed", "withdrawn") and row.ended_at is not None
    return over and row.ended_at > clock.now() - LATE_FOR  # type: ignore[union-attr]


_OPEN: tuple[ColumnElement[bool], ...] = (Offer.state == "open",)


def _current(session: Session, conversation_id: int) -> Offer | None:
    """What the conversation offers, if its time is not over."""
    offer = of_conversation(session, conversation_id)
    live = offer is not None and offer.state == "open" and (offer.expires_at or clock.now()) > clock.now()
    return offer if live else None


def _release(session: Session, offer: Offer, slot_state: str, state: str, reason: str, actor: str) -> bool:
    """The slot first, guarded by the very offer that holds it; then the offer."""
    held_for_it = select(Offer.id).where(Offer.id == offer.id, Offer.slot_id == Slot.id, *_OPEN).exists()
    if not slots.turn(session, offer.slot_id, slot_state, Slot.state == "held", held_for_it, ends_offer=False):
        return False
    values = {"state": state, "reason": reason, "ended_at": clock.now()}
    if not db.changed(session, update(Offer).where(Offer.id == offer.id, *_OPEN).values(values)):
        raise RuntimeError(f"offer {offer.id} ended while its slot was ours")
    note(session, session.get_one(Offer, offer.id, populate_existing=True), "offer_ended", actor)
    return True


def note(session: Session, offer: Offer, kind: str, actor: str) -> None:
    """Write what becomes of an offer into the patient's story."""
    starts_at = session.scalars(select(Slot.starts_at).where(Slot.id == offer.slot_id)).one()
    about: dict[str, Any] = {"state": offer.state, "reason": offer.reason, "starts_at": starts_at.isoformat()}
    timeline.append(session, timeline.of_patient(offer.patient_id), kind, actor, offer=offer.id, **about)
