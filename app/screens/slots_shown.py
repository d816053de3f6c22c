"""The times that nobody has, as the waitlist page shows them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.offers import Offer, OfferedTime
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.models.slots import Slot
from app.screens import still_left
from app.web import times
from app.web.reasons import REASONS
from escalation_desk.models import DeskItem

SHOWN = 200
LISTED = ("freed", "free", "held")
STANDS = {
    "free": ("○", "", "Free"),
    "held": ("◐", "care", "Held"),
    "freed": ("▲", "care", "Given up: enter it in the EHR first"),
}
"""How a time stands: shape, colour and words."""


@dataclass(frozen=True)
class SlotShown:
    """A time with its clinician and place, in its location's zone; `held_for`: who is being offered it; `entry`: the
    task that says when the EHR knows."""

    slot: Slot
    provider: str
    location: Location
    offer: Offer | None
    held_for: str
    entry: int | None

    @property
    def starts(self) -> datetime:
        return self.slot.starts_at.astimezone(ZoneInfo(self.location.time_zone))

    @property
    def day(self) -> str:
        return times.day(self.starts)

    @property
    def time(self) -> str:
        return times.clock_time(self.starts)

    @property
    def stands(self) -> tuple[str, str, str]:
        return STANDS[self.slot.state]

    @property
    def waiting_for(self) -> str:
        """Until when she may answer, or why she is not asked yet."""
        if self.offer is None:
            return ""
        if self.offer.expires_at is not None:
            return f"asked, and has until {times.clock_time(self.offer.expires_at.astimezone(self.starts.tzinfo))}"
        why = REASONS.get(self.offer.reason or "")
        return f"not asked yet: {why}" if why else "is asked in a moment"

    @property
    def left(self) -> str:
        """When it is, in the practice’s days, and how long it can still be filled."""
        return still_left.told(self.slot.starts_at)


def ahead(session: Session) -> list[SlotShown]:
    """The times ahead that nobody has, the soonest first."""
    query = (
        select(Slot, Provider.name, Location, Offer, Patient.name, DeskItem.id)
        .join(Provider, Provider.id == Slot.provider_id)
        .join(Location, Location.id == Slot.location_id)
        .outerjoin(OfferedTime, (OfferedTime.slot_id == Slot.id) & (OfferedTime.state == "open"))
        .outerjoin(Offer, Offer.id == OfferedTime.offer_id)
        .outerjoin(Patient, Patient.id == Offer.patient_id)
        .outerjoin(DeskItem, (DeskItem.key == Slot.entry_key) & (DeskItem.state != "closed"))
        .where(Slot.state.in_(LISTED), Slot.starts_at > clock.now())
    )
    rows = session.execute(query.order_by(Slot.starts_at, Slot.id).limit(SHOWN)).all()
    return [
        SlotShown(slot, provider, place, offer, whose or "", entry)
        for slot, provider, place, offer, whose, entry in rows
    ]
