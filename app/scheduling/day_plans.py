"""Where the visits of a provider's day would lie once it is moved, and what speaks against it (decision 0086)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import clock
from app.local_times import NoSuchTime, TwiceThatDay, instant
from app.models.appointments import Appointment
from app.models.day_moves import DayMove, DayMoveVisit
from app.models.practice import Location
from app.scheduling import days_off

NEAR = timedelta(minutes=30)
"""Two visits of one patient that begin closer than this are in each other's way."""


@dataclass(frozen=True)
class Plan:
    """Whose day, which (on the wall of each place; None: in every place), and where it is to lie."""

    provider_id: int
    location_id: int | None
    day: date
    to_day: date
    minutes: int


@dataclass(frozen=True)
class Planned:
    """A visit and its new hour (UTC); None, and the reason in words for staff, where it cannot be moved."""

    visit: Appointment
    to_at: datetime | None
    against: str = ""

    @property
    def seen(self) -> str:
        """As the form sends it back."""
        at = self.to_at.isoformat() if self.to_at is not None else ""
        return f"{self.visit.id}.{self.visit.version}.{at}"


def planned(session: Session, plan: Plan) -> list[Planned]:
    """Every visit of that day that lies ahead, the soonest first."""
    zones = {row.id: ZoneInfo(row.time_zone) for row in session.scalars(select(Location))}
    visits = _of_day(session, plan, zones)
    going = {each.id for each in visits}
    return [_planned(session, plan, each, zones[each.location_id], going) for each in visits]


def _of_day(session: Session, plan: Plan, zones: dict[int, ZoneInfo]) -> list[Appointment]:
    around = datetime.combine(plan.day, datetime.min.time(), tzinfo=ZoneInfo("UTC"))
    query = select(Appointment).where(
        Appointment.provider_id == plan.provider_id, Appointment.state == "booked",
        Appointment.starts_at > max(clock.now(), around - timedelta(days=1)),
        Appointment.starts_at < around + timedelta(days=2), *there(plan, Appointment.location_id),
    ).order_by(Appointment.starts_at, Appointment.id)  # fmt: skip
    found = session.scalars(query.execution_options(populate_existing=True))
    return [each for each in found if each.starts_at.astimezone(zones[each.location_id]).date() == plan.day]


def there(plan: Plan | DayMove, location: ColumnElement[int] | object) -> Sequence[ColumnElement[bool]]:
    """As conditions: in the place that is meant, if one is."""
    return () if plan.location_id is None else (location == plan.location_id,)  # type: ignore[return-value]


def _planned(session: Session, plan: Plan, visit: Appointment, zone: ZoneInfo, going: set[int]) -> Planned:
    try:
        to_at = moved_to(plan, visit.starts_at, zone)
    except (NoSuchTime, TwiceThatDay) as gap:
        return Planned(visit, None, str(gap))
    why = next(against(session, visit, to_at, zone, going), "")
    return Planned(visit, None if why else to_at, why)


def moved_to(plan: Plan | DayMove, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """The same hour on the wall of the other day, so many minutes later. Raises NoSuchTime or TwiceThatDay."""
    wall = datetime.combine(plan.to_day, starts_at.astimezone(zone).time()) + timedelta(minutes=plan.minutes)
    return instant(wall.date(), wall.time(), zone.key)


def against(
    session: Session, visit: Appointment, to_at: datetime, zone: ZoneInfo, going: set[int], move_id: int = 0
) -> Iterator[str]:  # fmt: skip
    """Why it cannot lie there, in words for staff. `going`: visits that go along, two of one hour too; `move_id`: the
    move that it is part of."""
    if to_at <= clock.now():
        yield "The new time is over already."
    listed = select(DayMoveVisit.id).where(
        DayMoveVisit.appointment_id == visit.id, DayMoveVisit.state == "listed", DayMoveVisit.day_move_id != move_id
    )
    if session.scalar(listed.limit(1)) is not None:
        yield "It is being moved just now."
    yield from days_off.against(session, to_at.astimezone(zone).date(), visit.provider_id, visit.location_id)
    other = select(Appointment.id).where(Appointment.state == "booked", Appointment.id.not_in(going))
    taken = other.where(Appointment.provider_id == visit.provider_id, Appointment.starts_at == to_at)
    if session.scalar(taken.limit(1)) is not None:
        yield "There is another visit at that time."
    hers = other.where(
        Appointment.patient_id == visit.patient_id, Appointment.starts_at > to_at - NEAR,
        Appointment.starts_at < to_at + NEAR,
    )  # fmt: skip
    if session.scalar(hers.limit(1)) is not None:
        yield "The patient has another visit then."
