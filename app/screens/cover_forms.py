"""What a manager types into the forms of the on-call calendar, and what it means once nothing is wrong with it."""

from collections.abc import Mapping
from datetime import date, time

from app.models.cover import LAST_PLACE, Duty
from app.screens.forms import Typed, a_date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLACES = {str(place): name for place, name in zip(range(1, LAST_PLACE + 1), ("first", "second", "third"), strict=True)}
NOBODY = "nobody"
HOURS = tuple(f"{end}_{day}" for day in range(7) for end in ("opens", "closes"))
WEEKLY = (*(f"weekly_{day}" for day in range(7)), "weekly_begins", "weekly_ends", "weekly_place", "weekly_who")
ONCE = ("once_day", "once_begins", "once_ends", "once_place", "once_who")
CLOSED = ("closed_day", "closed_name")
SWAP = ("swap_one", "swap_other")
LONGEST_NAME = 80

Week = Mapping[int, tuple[time, time]]


def of_week(week: Week) -> Typed:
    """The form of the opening hours as it opens."""
    values: dict[str, str] = {}
    for day, (opens, closes) in week.items():
        values |= {f"opens_{day}": f"{opens:%H:%M}", f"closes_{day}": f"{closes:%H:%M}"}
    return Typed(values)


def week(form: Typed) -> dict[int, tuple[time, time]]:
    """The opening hours; a day with neither time is closed."""
    found = {}
    for day, name in enumerate(WEEKDAYS):
        opens, closes = form[f"opens_{day}"].strip(), form[f"closes_{day}"].strip()
        if bool(opens) != bool(closes):
            missing = f"closes_{day}" if opens else f"opens_{day}"
            form.problems[missing] = f"Please give both times for {name}, or neither for a day that is closed."
        elif opens:
            at, until = _time(form, f"opens_{day}"), _time(form, f"closes_{day}")
            if at is not None and until is not None:
                found[day] = (at, until)
    return found


def closed_day(form: Typed) -> tuple[date, str] | None:
    """The day and what it is called."""
    day = a_date(form, "closed_day", "Please choose the day on which the practice stays closed.")
    name = " ".join(form["closed_name"].split())[:LONGEST_NAME]
    if not name:
        form.problems["closed_name"] = "Please write why, such as Thanksgiving."
    return (day, name) if day is not None and name else None


def weekly(form: Typed, nurses: Mapping[str, str], by: int) -> list[Duty]:
    """One line for each weekday that was chosen."""
    days = [day for day in range(7) if form[f"weekly_{day}"]]
    if not days:
        form.problems["weekly_0"] = "Please choose at least one day of the week."
    lines = [_line(form, "weekly", nurses, by, weekday=day) for day in days or [0]]
    return [] if form.problems else [line for line in lines if line is not None]


def once(form: Typed, nurses: Mapping[str, str], by: int, today: date) -> Duty | None:
    """A line for one day, which may say that nobody is on call."""
    day = a_date(form, "once_day", "Please choose the day.")
    if day is not None and day < today:
        form.problems["once_day"] = "This day is over. Please choose another."
    line = _line(form, "once", {**nurses, NOBODY: ""}, by, day=day)
    return None if form.problems else line


def _line(
    form: Typed, prefix: str, nurses: Mapping[str, str], by: int, *, weekday: int | None = None, day: date | None = None
) -> Duty | None:
    begins, ends = _time(form, f"{prefix}_begins"), _time(form, f"{prefix}_ends")
    who, place = form[f"{prefix}_who"], form[f"{prefix}_place"]
    if who not in nurses:
        form.problems[f"{prefix}_who"] = "Please choose a nurse."
    if place not in PLACES:
        form.problems[f"{prefix}_place"] = "Please choose who is called first, second or third."
    if form.problems or begins is None or ends is None:
        return None
    return Duty(
        staff_id=None if who == NOBODY else int(who), place=int(place), weekday=weekday, day=day,
        begins=begins, ends=ends, entered_by=by,
    )  # fmt: skip


def _time(form: Typed, name: str) -> time | None:
    try:
        return time.fromisoformat(form[name].strip()).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        form.problems[name] = "Please give a time, such as 17:00."
        return None
