"""The appointment form: what was typed, as an instant, a clinician and a place."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import clock, sealing
from app.local_times import NoSuchTime, TwiceThatDay, instant
from app.models.appointments import Appointment
from app.models.follow_ups import VISIT_TYPES
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.scheduling import days_off
from app.screens.forms import Typed, a_date
from app.screens.visits import Shown
from app.web.forms import LARGEST_ID
from app.web.times import clock_time

Row = TypeVar("Row", Provider, Location)

FURTHEST = timedelta(days=3 * 366)
DAY_BEGINS, EVENING_ENDS = time(6), time(21)
"""Hours in which nobody wonders about an appointment; another one is asked about once."""


@dataclass(frozen=True)
class Wanted:
    """An appointment as the form asks for it."""

    starts_at: datetime
    provider_id: int
    location_id: int
    visit_type: str = "routine"


def wanted(session: Session, form: Typed) -> Wanted | None:
    """What the form means; None when something is wrong with it, which then stands in `form.problems`."""
    day = a_date(form, "day", "Please choose the day.")
    at = _time(form)
    provider = _chosen(session, Provider, form, "provider", "Please choose who will see the patient.")
    location = _chosen(session, Location, form, "location", "Please choose the place.")
    if form["visit_type"] not in ("", *VISIT_TYPES):
        form.problems["visit_type"] = "Please choose the kind of visit from the list."
    if day is None or at is None or provider is None or location is None:
        return None
    starts_at = _instant(form, day, at, location.time_zone)
    if not {"day", "at"} & form.problems.keys():  # a time that cannot be saved is not asked about
        _ask_about_odd_hours(form, day, at)
    if starts_at is None or form.problems:
        return None
    return Wanted(starts_at, provider.id, location.id, form["visit_type"] or "routine")


def _instant(form: Typed, day: date, at: time, zone: str) -> datetime | None:
    try:
        starts_at = instant(day, at, zone, form["which"])
    except NoSuchTime as gap:
        form.problems["at"] = str(gap)
        return None
    except TwiceThatDay as twice:
        form.problems["which"] = str(twice)
        return None
    if not clock.now() < starts_at < clock.now() + FURTHEST:
        form.problems["day"] = "The appointment must lie ahead, within three years. Please check the day and the time."
    return starts_at


def _ask_about_odd_hours(form: Typed, day: date, at: time) -> None:
    """3:30 typed for 15:30 is asked about, once: `odd` brings back the time that was asked about."""
    if is_odd(at) and form["odd"] != _key(at):
        form.problems["odd"] = f"That is at {_said(day, at)}. Save anyway?"
        form.values["asks"] = _key(at)


def is_odd(at: time) -> bool:
    """Whether an appointment at this hour of the wall is hardly meant."""
    return not DAY_BEGINS <= at < EVENING_ENDS


def ask_what_stands_against(
    session: Session, form: Typed, booking: Wanted, patient_id: int, but: int | None = None
) -> bool:  # fmt: skip
    """Whether we are there that day and the clinician and the patient are free then, as far as is known, or it was
    meant: asked once. `but`: the appointment that is moved. `twice` brings back what was asked about."""
    zone = session.get_one(Location, booking.location_id).time_zone
    day = booking.starts_at.astimezone(ZoneInfo(zone)).date()
    said = list(days_off.against(session, day, booking.provider_id, booking.location_id))
    said += _taken(session, booking, patient_id, but)
    key = f"{booking.provider_id}@{booking.location_id}@{booking.starts_at.isoformat()}"
    if not said or form["twice"] == key:
        return True
    form.problems["twice"] = f"{' '.join(said)} Book anyway?"
    form.values["asks_twice"] = key
    return False


def _taken(session: Session, booking: Wanted, patient_id: int, but: int | None) -> list[str]:
    then = select(Provider.name, Patient.id, Patient.name).where(
        Appointment.starts_at == booking.starts_at, Appointment.state == "booked", Appointment.id != (but or 0),
        or_(Appointment.provider_id == booking.provider_id, Appointment.patient_id == patient_id),
        Provider.id == Appointment.provider_id, Patient.id == Appointment.patient_id,
    )  # fmt: skip
    with sealing.gaps_shown():
        found = session.execute(then.order_by(Appointment.id)).all()
    taken = [
        f"The patient is with {provider}" if whose == patient_id else f"{provider} has {name}"
        for provider, whose, name in found
    ]
    return [f"{' and '.join(taken)} at that time."] if taken else []


def as_typed(shown: Shown) -> Typed:
    """The form as it opens on an appointment."""
    starts = shown.starts
    return Typed({
        "day": starts.date().isoformat(), "at": f"{starts:%H:%M}", "which": _which(starts),
        "provider": str(shown.provider.id), "location": str(shown.location.id),
        "odd": _key(starts.time()),  # whoever booked it meant it
    })  # fmt: skip


def _key(at: time) -> str:
    """The time that was asked about: a yes holds for no other."""
    return f"{at:%H:%M}"


def _said(day: date, at: time) -> str:
    """`3:30 in the morning`, `12:01, just after midnight`."""
    hour, _, _ = clock_time(datetime.combine(day, at)).partition(" ")
    if at < time(1):
        return f"{hour}, just after midnight" if at > time() else "midnight"
    return f"{hour} in the morning" if time(3) <= at < DAY_BEGINS else f"{hour} at night"


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
