"""Letting an item rest: for some minutes or hours, by whoever has it and with a reason; its age goes on, and it stays
hers until it is back and for a while after (P7)."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.practice import Provider
from escalation_desk import items, leases
from escalation_desk.handling import LONGEST_NOTE
from escalation_desk.holding import Refused, change, note_down, owned
from escalation_desk.models import DeskItem

MINUTES = {"nurses": (5, 10, 15, 20, 30, 60), "front_desk": (5, 10, 15, 20, 30, 60, 120, 240)}
"""For how long, by list. A patient's words to the nurses do not wait longer than an hour for anything."""


def rest(session: Session, item_id: int, staff_id: int, minutes: int, why: str, provider_id: int | None = None) -> None:
    """Let it rest: it stays hers, stands where it stood with its age, and shows when it comes back; then she has ten
    minutes, or it is open again. Not crisis and emergency words. New words end it. `provider_id`: whose word it waits
    for, who has no desk of their own: the item never is. Raises Refused."""
    item = owned(session, item_id, staff_id)
    if item.rank == items.CRISIS_RANK:
        raise Refused("Crisis and emergency words never rest. Please go on with them, or give the item back.")
    if minutes not in MINUTES[item.list]:
        raise Refused("Please choose how long it may rest.", "rest_why")
    if not why.strip():
        raise Refused("Please write what it waits for: a call back, a colleague, a result.", "rest_why")
    if len(why) > LONGEST_NOTE:
        raise Refused(f"The reason has {len(why)} characters; {LONGEST_NOTE} fit. Please shorten it.", "rest_why")
    provider = provider_name(session, provider_id)
    if provider_id is not None and not provider:
        raise Refused("Please choose whom it waits for.", "rest_why")
    until = clock.now() + timedelta(minutes=minutes)
    lease = max(item.lease_until or until, until + leases.COMES_BACK)
    step = min(lease, clock.now() + leases.LONGEST_STEP)
    change(
        session, item, rests_until=until, lease_until=lease, next_step_at=step, asked_provider_id=provider_id,
        handed_by_id=None,
    )  # fmt: skip
    kind, details = ("asked_provider", {"provider": provider}) if provider else ("rested", {})
    note_down(session, item, kind, staff_id, words=why.strip(), minutes=minutes, **details)


def providers(session: Session) -> dict[int, str]:
    """Whom an item may wait for, by name."""
    return {row.id: row.name for row in session.execute(select(Provider.id, Provider.name).order_by(Provider.name))}


def provider_name(session: Session, provider_id: int | None) -> str:
    """How a provider is called; nothing for nobody."""
    return session.scalar(select(Provider.name).where(Provider.id == provider_id)) or ""


def until(item: DeskItem, now: datetime) -> datetime | None:
    """Until when it rests, or since when it is back, while somebody has it; None otherwise."""
    had = item.state == "claimed" and item.lease_until is not None and item.lease_until > now
    return item.rests_until if had else None
