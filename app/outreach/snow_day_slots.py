"""Which day is called off, of whom and where; and its free times, which nobody is offered any more (H41)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.practice import Location
from app.models.slots import Slot
from app.scheduling import slots


@dataclass(frozen=True)
class Wanted:
    """Which day, on the wall of each place; None: every provider, every place."""

    day: date
    provider_id: int | None = None
    location_id: int | None = None

    @property
    def scope(self) -> str:
        parts = (("provider", self.provider_id), ("location", self.location_id))
        return " ".join(f"{name}:{row_id}" for name, row_id in parts if row_id is not None) or "all"


def take_down(session: Session, wanted: Wanted) -> None:
    """Nobody is offered a time at which we are not there; an offer of one is over."""
    noon = datetime.combine(wanted.day, time(12), tzinfo=UTC)
    near = Slot.starts_at.between(noon - timedelta(days=2), noon + timedelta(days=2))
    query = select(Slot, Location.time_zone).join(Location, Location.id == Slot.location_id).where(
        Slot.state.in_(slots.CAN_BE_TAKEN), Slot.starts_at > clock.now(), near
    )  # fmt: skip
    if wanted.provider_id is not None:
        query = query.where(Slot.provider_id == wanted.provider_id)
    if wanted.location_id is not None:
        query = query.where(Slot.location_id == wanted.location_id)
    rows = session.execute(query.order_by(Slot.id)).all()
    ids = [slot.id for slot, zone in rows if slot.starts_at.astimezone(ZoneInfo(zone)).date() == wanted.day]
    slots.lock_all(session, ids)
    for slot_id in ids:
        slots.turn(session, slot_id, "closed", Slot.state.in_(slots.CAN_BE_TAKEN))
