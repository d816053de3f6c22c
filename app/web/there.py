"""Whatever a nurse's page asks for shows that her screen is awake; an open one looks for news by itself (H17)."""

from datetime import datetime, timedelta

from app import clock
from app.watchers import heartbeats

EVERY = timedelta(seconds=20)
"""So often this process writes it down, whoever's page it was and however many are open."""

_noted: datetime | None = None


def note(role: str) -> None:
    """A page of somebody with this role has just asked for something."""
    global _noted
    now = clock.now()
    if role == "nurse" and (_noted is None or abs(now - _noted) >= EVERY):
        heartbeats.beat(heartbeats.NURSES_SCREEN)
        _noted = now
