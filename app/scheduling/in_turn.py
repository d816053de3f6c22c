"""A time that is offered in turn: to one after the other of those it suits, until somebody takes it (FEATURES F).

A person says so, for this time, and may stop it; each offer is one like any other. It ends with a person's task when
nobody is left who can be asked.
"""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, db
from app.models.practice import Location
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import candidates, ehr, offer_making, slots, waitlist
from app.scheduling.filling import Seen
from escalation_desk import items

CUT_OFF = timedelta(hours=1)
"""Nearer than this a time is not worth another question: a person calls, or lets it pass."""


def begin(session: Session, slot_id: int, version: int, staff_id: int) -> bool:
    """Offer it in turn from now on, in this person's name; False when it is not as it was seen."""
    guards = Slot.id == slot_id, Slot.version == version, Slot.state.in_(slots.OFFERED)
    won = db.changed(session, update(Slot).where(*guards).values(in_turn_by=staff_id))
    slots.announce(session)
    return won


def stop(session: Session, slot_id: int) -> bool:
    """Nobody else is asked by itself; whoever is being asked may still take it. False when nobody would have been."""
    on = Slot.id == slot_id, Slot.in_turn_by.is_not(None)
    won = db.changed(session, update(Slot).where(*on).values(in_turn_by=None))
    slots.announce(session)
    return won


def due(session: Session) -> list[int]:
    """Times that are to be offered to the next."""
    query = select(Slot.id).where(Slot.in_turn_by.is_not(None), Slot.state == "free")
    return list(session.scalars(query.order_by(Slot.starts_at, Slot.id)))


def offer_next(session: Session, slot_id: int) -> bool:
    """Hold it for the first whom it suits and who can be asked; without one, or too near, it becomes a person's. Raises
    filling.Gone when somebody was faster: the next round looks again."""
    slot = session.get_one(Slot, slot_id)
    if slot.in_turn_by is None or slot.state != "free":
        return False
    waits = _first(session, slot) if slot.starts_at - clock.now() >= CUT_OFF else None
    if waits is None:
        give_to_person(session, slot_id)
    else:
        offer_making.make(session, [Seen(slot.id, slot.version, waits.id, waits.version)], slot.in_turn_by)
    return True


def give_to_person(session: Session, slot_id: int) -> None:
    """Nobody is left to ask by itself. A time that is over or almost is nobody's task any more."""
    slot = session.get_one(Slot, slot_id, populate_existing=True)
    if stop(session, slot_id) and slot.starts_at > clock.now():
        zone = session.get_one(Location, slot.location_id).time_zone
        items.raise_task(
            session, f"slot:{slot.id}:not_taken:v{slot.version}", "slot_not_taken", None,
            note=ehr.on_the_wall(slot.starts_at, zone),
        )  # fmt: skip


def _first(session: Session, slot: Slot) -> WaitlistRequest | None:
    requests = {each.id: each for each in waitlist.waiting(session)}
    for suggestion in candidates.ranked(session, slot, list(requests.values())):
        waits = requests[suggestion.request_id]
        if suggestion.fits and _can_be_asked(session, slot, waits):
            return waits
    return None


def _can_be_asked(session: Session, slot: Slot, waits: WaitlistRequest) -> bool:
    in_time = offer_making.last_moment(slot, waits) - clock.now() >= offer_making.LEAST
    return in_time and not offer_making.cannot_be_asked(session, waits.patient_id)
