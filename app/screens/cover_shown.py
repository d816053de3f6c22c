"""The on-call calendar in words: who reads what comes in, day by day, and where nobody does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import numbers
from app.models.cover import StaffPhone
from app.models.patients import ContactPoint
from app.models.staff import Staff
from app.screens.cover_forms import PLACES, WEEKDAYS
from app.web import times
from app.web.page import zone
from escalation_desk import oncall
from escalation_desk.cover import Calendar, Stretch, Turn


@dataclass(frozen=True)
class Part:
    """A part of a day: from when to when, who reads what comes in; `alone`: nobody does."""

    span: str
    who: str
    alone: bool


@dataclass(frozen=True)
class Day:
    """One day of the calendar, with what it is called when the practice stays closed."""

    label: str
    closed: str
    parts: list[Part]

    @property
    def alone(self) -> bool:
        return any(part.alone for part in self.parts)


@dataclass(frozen=True)
class Line:
    """One line of the calendar in words, that can be taken out."""

    duty_id: int
    words: str


@dataclass(frozen=True)
class Phone:
    """Where a nurse is paged, and whether that works."""

    staff_id: int
    name: str
    number: str
    failed_at: datetime | None
    called: bool


def names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(Staff.id, Staff.name))}


def nurses(session: Session) -> dict[str, str]:
    """Who can be on call, by the id as forms send it."""
    active = select(Staff.id, Staff.name).where(Staff.role == oncall.ROLE, Staff.disabled_at.is_(None))
    return {str(row.id): row.name for row in session.execute(active.order_by(Staff.id))}


def at(calendar: Calendar, now: datetime, known: Mapping[int, str]) -> Part:
    """How it stands at this moment."""
    return _part(calendar.stretches(now, now + timedelta(minutes=1))[0], calendar, known)


def days(
    calendar: Calendar, since: datetime, until: datetime, known: Mapping[int, str], closed: Mapping[date, str]
) -> list[Day]:
    """What holds from `since` to `until`, day by day on the practice's wall."""
    parts = [part for stretch in calendar.stretches(since, until) for part in _by_day(stretch)]
    return [
        Day(_day(day), closed.get(day, ""), [_part(stretch, calendar, known) for _, stretch in group])
        for day, group in groupby(parts, lambda each: each[0])
    ]


def turns_ahead(calendar: Calendar, first: datetime, many: int) -> list[tuple[str, tuple[date, Turn]]]:
    """Turns that can be swapped, by the key as the form sends it."""
    return [(f"{turn.number}:{day.toordinal()}", (day, turn)) for day, turn in calendar.turns_ahead(first.date(), many)]


def worded(day: date, turn: Turn, known: Mapping[int, str]) -> str:
    """`Tue Nov 24, 5:00 PM to 8:00 AM: Nora Reyes, called first`."""
    return f"{_day(day)}, {_span(turn)}: {_who(turn, known)}, called {PLACES[str(turn.place)]}"


def lines(calendar: Calendar, known: Mapping[int, str], today: date) -> list[Line]:
    """The weekly lines, Monday first, then those of one day that are not over."""
    weekly = sorted((t for t in calendar.turns if t.weekday is not None), key=lambda t: (t.weekday, t.begins, t.place))
    once = sorted((t for t in calendar.turns if t.day and t.day >= today), key=lambda t: (t.day, t.begins, t.place))
    return [
        Line(turn.number, f"{_when(turn)}, {_span(turn)}: {_who(turn, known)}, called {PLACES[str(turn.place)]}")
        for turn in (*weekly, *once)
    ]


def phones(session: Session) -> list[Phone]:
    """Every nurse who may come in, with the telephone on which she is paged."""
    query = (
        select(Staff.id, Staff.name, ContactPoint.number, StaffPhone.failed_at, StaffPhone.called)
        .outerjoin(StaffPhone, StaffPhone.staff_id == Staff.id)
        .outerjoin(ContactPoint, ContactPoint.id == StaffPhone.contact_point_id)
        .where(Staff.role == oncall.ROLE, Staff.disabled_at.is_(None))
        .order_by(Staff.id)
    )
    return [
        Phone(staff_id, name, numbers.spoken(number) if number else "", failed_at, called is not False)
        for staff_id, name, number, failed_at, called in session.execute(query)
    ]


def _by_day(stretch: Stretch) -> list[tuple[date, Stretch]]:
    """The stretch cut at each midnight of the practice's wall."""
    found, begins = [], stretch.begins
    while begins < stretch.ends:
        day = begins.astimezone(zone()).date()
        midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone())
        ends = min(stretch.ends, midnight.astimezone(begins.tzinfo))
        found.append((day, Stretch(begins, ends, stretch.staffed, stretch.on_call, stretch.covered)))
        begins = ends
    return found


def _part(stretch: Stretch, calendar: Calendar, known: Mapping[int, str]) -> Part:
    called = [
        known.get(each, "somebody") + ("" if each in calendar.reachable else " (cannot be reached)")
        for each in stretch.on_call
    ]
    who = ["the desk"] * stretch.staffed + (called or ["nobody"] * (not stretch.staffed))
    return Part(
        _hours(stretch.begins.astimezone(zone()), stretch.ends.astimezone(zone())),
        ", then ".join(who),
        alone=not stretch.covered,
    )


def staffed_on(week: Mapping[int, tuple[time, time]], weekday: int) -> str:
    """`8:00 AM to 5:00 PM`, `round the clock`, `closed`."""
    if weekday not in week:
        return "closed"
    opens, closes = (datetime.combine(date(2000, 1, 1), each) for each in week[weekday])
    return "round the clock" if opens == closes else f"{times.clock_time(opens)} to {times.clock_time(closes)}"


def _hours(begins: datetime, ends: datetime) -> str:
    """`5:00 PM to midnight`, `all day`."""
    from_start, to_end = begins.time() == time(0), ends.time() == time(0)
    if from_start and to_end:
        return "All day"
    first = "Midnight" if from_start else times.clock_time(begins)
    return f"{first} to {'midnight' if to_end else times.clock_time(ends)}"


def _when(turn: Turn) -> str:
    return _day(turn.day) if turn.day is not None else f"Every {WEEKDAYS[turn.weekday or 0]}"


def _day(day: date) -> str:
    return times.day(datetime.combine(day, time(12), tzinfo=zone()))


def _span(turn: Turn) -> str:
    begins, ends = (times.clock_time(datetime.combine(date(2000, 1, 1), each)) for each in (turn.begins, turn.ends))
    later = " the next day" if turn.ends <= turn.begins else ""
    return f"{begins} to {ends}{later}"


def _who(turn: Turn, known: Mapping[int, str]) -> str:
    return known.get(turn.staff_id, "somebody") if turn.staff_id is not None else "nobody"
