"""Offers: up to three slots held for one patient who waits, until she takes one, says no, or the hold is over (H41,
H42, H46).

Every change of an offer is made while the clinicians of all its slots are ours, so that no two of them can both count.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.offers import Offer, OfferedTime
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


def slots_of(session: Session, offer_id: int) -> list[int]:
    """The slots that an offer holds still, in the order of their numbers."""
    query = select(OfferedTime.slot_id).where(OfferedTime.offer_id == offer_id, OfferedTime.state == "open")
    return list(session.scalars(query.order_by(OfferedTime.number)))


def visits(session: Session, offer: Offer) -> dict[int, Visit]:
    """The times that are offered by their numbers, as a text names them: in a visit's words, under the slot's
    version."""
    query = (
        select(
            OfferedTime.number, Slot.version, Slot.starts_at, Location.name, Location.time_zone, Practice.name,
            Patient.name,
        )
        .select_from(OfferedTime)
        .join(Slot, Slot.id == OfferedTime.slot_id)
        .join(Location, Location.id == Slot.location_id)
        .join(Practice, Practice.id == Location.practice_id)
        .join(Patient, Patient.id == offer.patient_id)
        .where(OfferedTime.offer_id == offer.id)
        .order_by(OfferedTime.number)
    )  # fmt: skip
    return {row[0]: Visit._make(row[1:]) for row in session.execute(query)}


def visit(session: Session, offer: Offer) -> Visit:
    """The time that was taken; before that, the first that is offered."""
    taken = select(OfferedTime.number).where(OfferedTime.offer_id == offer.id, OfferedTime.state == "taken")
    return visits(session, offer)[session.scalar(taken) or 1]


def stands(session: Session, conversation_id: int | None) -> bool:
    """Whether what a conversation offers can still be had; true of one that offers nothing."""
    offer = of_conversation(session, conversation_id) if conversation_id is not None else None
    return offer is None or offer.state == "open"


def accept(session: Session, conversation_id: int, number: int, actor: str) -> Appointment | None:
    """She takes one of them: her visit lies there, and the others and what she had are given up, in this transaction.
    None when it cannot be had any more; she keeps her visit and her place then, and the others are free for the
    next."""
    offer = _current(session, conversation_id)
    if offer is None:
        return None
    taken = _end(session, offer.id, "accepted", "taken", actor, number)
    if taken is None:
        _end(session, offer.id, "withdrawn", "slot_gone", actor)
        return None
    waits = session.get_one(WaitlistRequest, offer.request_id, populate_existing=True)
    if not waitlist.end(session, waits.id, None, "filled", "booked", actor):
        raise RuntimeError(f"request {waits.id} was over while its offer {offer.id} was open")
    appointment = filling.fill(session, taken, waits, actor)
    session.execute(update(Offer).where(Offer.id == offer.id).values(appointment_id=appointment.id))
    return appointment


def decline(session: Session, conversation_id: int, actor: str) -> None:
    """None of them: she keeps her place, and the slots are free for the next."""
    offer = _current(session, conversation_id)
    if offer is not None:
        _end(session, offer.id, "declined", "declined", actor)


def leave(session: Session, conversation_id: int, actor: str) -> None:
    """She looks for no other time."""
    decline(session, conversation_id, actor)
    offer = of_conversation(session, conversation_id)
    if offer is not None:
        waitlist.end(session, offer.request_id, None, "closed", "left", actor)


def let_go(session: Session, offer_id: int, state: str, reason: str, actor: str = "agent") -> bool:
    """The hold is over (lapsed, withdrawn): the slots are free, she keeps her place. False when it was over already."""
    return _end(session, offer_id, state, reason, actor) is not None


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


def _end(
    session: Session, offer_id: int, state: str, reason: str, actor: str, taken: int | None = None
) -> int | None:  # fmt: skip
    """All of it at once: the slots first, each guarded by the very offer that holds it, then the offer. `taken`: the
    number that is booked, while all others are free again. Returns a slot that it held, the taken one if there is
    one; None, and nothing is changed, when the offer is over or that one is not in it any more."""
    held = slots_of(session, offer_id)
    slots.lock_all(session, held)
    held = slots_of(session, offer_id)  # as they stand now that nobody else changes them
    chosen = _slot_of(session, offer_id, taken) if taken is not None else next(iter(held), None)
    if chosen not in held:
        return None
    for slot_id in held:
        now = "booked" if taken is not None and slot_id == chosen else "free"
        if not slots.turn(session, slot_id, now, Slot.state == "held", _held_by(offer_id), ends_offer=False):
            raise RuntimeError(f"slot {slot_id} was not held by offer {offer_id} while both were ours")
        mine = OfferedTime.offer_id == offer_id, OfferedTime.slot_id == slot_id
        then = "taken" if now == "booked" else "over"
        session.execute(update(OfferedTime).where(*mine, OfferedTime.state == "open").values(state=then))
    values = {"state": state, "reason": reason, "ended_at": clock.now()}
    if not db.changed(session, update(Offer).where(Offer.id == offer_id, *_OPEN).values(values)):
        raise RuntimeError(f"offer {offer_id} ended while its slots were ours")
    note(session, session.get_one(Offer, offer_id, populate_existing=True), "offer_ended", actor)
    return chosen


def _slot_of(session: Session, offer_id: int, number: int) -> int | None:
    mine = OfferedTime.offer_id == offer_id, OfferedTime.number == number
    return session.scalar(select(OfferedTime.slot_id).where(*mine))


def _held_by(offer_id: int) -> ColumnElement[bool]:
    holds = OfferedTime.offer_id == offer_id, OfferedTime.slot_id == Slot.id, OfferedTime.state == "open"
    return select(OfferedTime.id).where(*holds).exists()


def note(session: Session, offer: Offer, kind: str, actor: str) -> None:
    """Write what becomes of an offer into the patient's story: with the time that was taken, else with all of them."""
    mine = select(OfferedTime, Slot.starts_at).join(Slot).where(OfferedTime.offer_id == offer.id)
    rows = session.execute(mine.order_by(OfferedTime.number)).all()
    taken = [starts_at for time, starts_at in rows if time.state == "taken"]
    starts = [each.isoformat() for each in taken or [starts_at for _, starts_at in rows]]
    about: dict[str, Any] = {"state": offer.state, "reason": offer.reason, "starts_at": starts[0]}
    if len(starts) > 1:
        about["all_starts_at"] = starts
    timeline.append(session, timeline.of_patient(offer.patient_id), kind, actor, offer=offer.id, **about)
