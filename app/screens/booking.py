"""The appointment form: what was typed, as an instant, a clinician and a place."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from app import clock
from app.models.practice import Location, Provider
from app.screens.forms import Typed, a_date
from app.screens.local_times import NoSuchTime, TwiceThatDay, instant
from app.screens.visits import Shown
from app.web.forms import LARGEST_ID

Row = TypeVar("Row", Provider, Location)

FURTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Wanted:
    """An appointment as the form asks for it."""

    starts_at: datetime
    provider_id: int
    location_id: int


def wanted(session: Session, form: Typed) -> Wanted | None:
    """What the form means; None when something is wrong with it, which then stands in `form.problems`."""
    day = a_date(form, "day", "Please choose the day.")
    at = _time(form)
    provider = _chosen(session, Provider, form, "provider", "Please choose who will see the patient.")
    location = _chosen(session, Location, form, "location", "Please choose the place.")
    if day is None or at is None or provider is None or location is None:
        return None
    try:
        starts_at = instant(day, at, location.time_zone, form["which"])
    except NoSuchTime as gap:
        form.problems["at"] = str(gap)
        return None
    except TwiceThatDay as twice:
        form.problems["which"] = str(twice)
        return None
    if not clock.now() < starts_at < clock.now() + FURTHEST:
        form.problems["day"] = "The appointment must lie ahead, within three years. Please check the day and the time."
        return None
    return Wanted(starts_at, provider.id, location.id)


def as_typed(shown: Shown) -> Typed:
    """The form as it opens on an appointment."""
    starts = shown.starts
    return Typed({
        "day": starts.date().isoformat(), "at": f"{starts:%H:%M}", "which": _which(starts),
        "provider": str(shown.provider.id), "location": str(shown.location.id),
    })  # fmt: skip


def _which(starts: datetime) -> str:
    """For a time that comes twice that day, which of the two it is."""
    twice = starts.replace(fold=0).utcoffset() != starts.replace(fold=1).utcoffset()
    return ("second" if starts.fold else "first") if twice else ""


def _time(form: Typed) -> time | None:
    try:
        at = time.fromisoformat(form["at"].strip())
    except ValueError:
        form.problems["at"] = "Please choose the time, such as 15:00."
        return None
    return at.replace(second=0, microsecond=0, tzinfo=None)


def _chosen(session: Session, table: type[Row], form: Typed, name: str, ask: str) -> Row | None:
    """The row that was chosen from a list."""
    chosen = form[name]
    row_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 11 else 0
    row = session.get(table, row_id) if 0 < row_id <= LARGEST_ID else None
    if row is None:
        form.problems[name] = ask
    return row
