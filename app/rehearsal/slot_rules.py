"""The invariant of slots, offers and requests: one winner each, and nobody left without a time that she had."""

from collections import Counter
from collections.abc import Iterator

from app.models.appointments import Appointment
from app.models.offers import Offer, OfferedTime
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.rehearsal.evidence import Evidence


def nobody_is_booked_twice(evidence: Evidence) -> Iterator[str]:
    """I4: a held slot has its one open offer, and no other has one; a booked one its one appointment, which lies in it;
    an accepted offer has filled its request, and no request has two."""
    offers, slots = evidence.rows(Offer), {row.id: row for row in evidence.rows(Slot)}
    visits = {row.id: row for row in evidence.rows(Appointment)}
    open_ones = {row.id for row in offers if row.state == "open"}
    times = [row for row in evidence.rows(OfferedTime) if row.state == "open"]
    yield from (f"time {row.id} is open in offer {row.offer_id}, which is over" for row in times
                if row.offer_id not in open_ones)  # fmt: skip
    yield from (f"offer {each} is open with no time" for each in open_ones - {row.offer_id for row in times})
    held = Counter(row.slot_id for row in times)
    for slot in slots.values():
        if held[slot.id] != (slot.state == "held"):
            yield f"slot {slot.id} is {slot.state} with {held[slot.id]} open offers"
        visit = visits.get(slot.appointment_id or 0)
        if slot.state == "booked" and (visit is None or not _lies_in(visit, slot)):
            yield f"slot {slot.id} is booked by appointment {slot.appointment_id}, which does not lie in it"
    booked = Counter(slot.appointment_id for slot in slots.values() if slot.state == "booked")
    yield from (f"appointment {visit} has {many} slots" for visit, many in booked.items() if many > 1)
    yield from _accepted(evidence, [row for row in offers if row.state == "accepted"])


def _lies_in(visit: Appointment, slot: Slot) -> bool:
    same = visit.state == "booked" and visit.provider_id == slot.provider_id
    return same and slot.starts_at <= visit.starts_at < slot.ends_at


def _accepted(evidence: Evidence, accepted: list[Offer]) -> Iterator[str]:
    requests = {row.id: row.state for row in evidence.rows(WaitlistRequest)}
    for offer in accepted:
        if requests[offer.request_id] != "filled" or offer.appointment_id is None:
            yield f"offer {offer.id} was accepted, and its request {offer.request_id} is {requests[offer.request_id]}"
    taken = Counter(offer.request_id for offer in accepted)
    yield from (f"request {request} took {many} offers" for request, many in taken.items() if many > 1)
