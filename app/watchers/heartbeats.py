"""Heartbeats: when each watcher last finished a round, and how many it has gone."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, db
from app.models.records import Heartbeat

SWEEPER = "sweeper"
SENDING = "sending"
"""Beats with the sweeper for as long as SENDING is on: whoever sends says so, since others may have other settings."""

NURSES_SCREEN = "nurses_screen"
"""A page of a nurse's asked for something: each that is open does at least every half minute."""
OF_ONE = "screen:"
"""Before her number, as a member of staff: the same for her own pages."""
AWAKE_WITHIN = timedelta(seconds=60)
"""A screen that has asked for nothing for so long is asleep, closed or without a network: it counts as nobody (H17)."""


def beat(*names: str) -> None:
    """Say that a watcher finished a round; several at the same moment."""
    with db.transaction("heartbeats.beat") as session:
        now = clock.now()
        for name in names:
            again = update(Heartbeat).where(Heartbeat.name == name).values(at=now, rounds=Heartbeat.rounds + 1)
            if not db.changed(session, again):
                session.execute(db.insert_or_ignore(session, Heartbeat).values(name=name, at=now, rounds=1))


def silent_for(session: Session, name: str) -> timedelta | None:
    """How long ago a watcher finished its last round; None if it never did."""
    at = session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
    return clock.now() - at if at is not None else None


def awake(session: Session, staff_id: int) -> bool:
    """Whether a page of this nurse's asked for something just now."""
    silent = silent_for(session, f"{OF_ONE}{staff_id}")
    return silent is not None and silent <= AWAKE_WITHIN


def everyone(session: Session) -> list[Heartbeat]:
    """Every watcher's heartbeat, by name; nobody's own screen."""
    watchers = select(Heartbeat).where(Heartbeat.name.not_like(f"{OF_ONE}%"))
    return sorted(session.scalars(watchers), key=lambda each: each.name)
