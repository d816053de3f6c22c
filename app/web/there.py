"""Whatever a nurse's page asks for shows that her screen is awake; an open one looks for news by itself (H17).

Unless it says that nobody could notice anything there: a page behind others or minimised, whose sound is not armed
(static/bell.js, decision 0093).
"""

from datetime import datetime, timedelta

from flask import request

from app import clock
from app.watchers import heartbeats

EVERY = timedelta(seconds=10)
"""So often this process writes it down for one nurse, however many of her pages are open."""

UNNOTICED = "X-Unnoticed"
"""The header by which a page says so."""

_noted: dict[int, datetime] = {}


def forget() -> None:
    """Nothing was written down yet."""
    _noted.clear()


def note(role: str, staff_id: int) -> None:
    """A page of this person, who has this role, has just asked for something. Opening the line of events shows nothing:
    a browser opens it anew by itself, and cannot say there whether anybody sees the page."""
    if role != "nurse" or UNNOTICED in request.headers or request.endpoint == "live.stream":
        return
    now, before = clock.now(), _noted.get(staff_id)
    if before is None or abs(now - before) >= EVERY:
        heartbeats.beat(heartbeats.NURSES_SCREEN, f"{heartbeats.OF_ONE}{staff_id}")
        _noted[staff_id] = now
