"""How far off a time is, and how long it can still be filled by text."""

from datetime import datetime, timedelta

from app import clock
from app.scheduling import in_turn, offer_making
from app.web import times
from app.web.page import zone

NEAR = timedelta(hours=12)
"""From so long before its last question on a time says how much of that is left."""


def told(starts_at: datetime) -> str:
    """`in 2 days`; `in 5 h · 4 h left to fill it by text`; `in 1 h 10 min · too near for texts: call`."""
    when, left = times.ahead(starts_at, zone().key), starts_at - in_turn.CUT_OFF - clock.now()
    if left > NEAR:
        return when
    enough = left >= offer_making.LEAST
    return f"{when} · {times.age(left)} left to fill it by text" if enough else f"{when} · too near for texts: call"
