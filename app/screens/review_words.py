"""The monthly review in words: values as people read them, how rows stand, and its charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.reports.counted import Row
from app.reports.figures import Unit, Value
from app.reports.months import Month
from app.reports.review import Line
from app.web import charts, times
from app.web.charts import Bar
from app.web.following import DISPOSED

NONE = "none"
STANDS = {
    **DISPOSED,
    "seen": "the patient came", "missed": "the patient did not come", "unsaid": "nobody has said",
    "ahead": "lies ahead",
    "cancelled": "cancelled", "cancelled_late": "cancelled late", "called_off": "called off by us",
    "confirmed": "confirmed", "unconfirmed": "not confirmed",
    "converted": "a visit was booked in time", "not_converted": "no visit in time", "not_over": "the days are not over",
    "taken": "a person has answered", "filled": "filled again", "lost": "lost", "open": "lies ahead",
    "accepted": "accepted", "not_accepted": "not accepted", "stopped": "texts were stopped",
}  # fmt: skip
WHATS = {
    "appointment": "Visit", "follow_up": "Follow-up", "item": "Item", "change": "Visit that freed its time",
    "offer": "Offer", "number": "Number",
}  # fmt: skip


@dataclass(frozen=True)
class Chart:
    """A figure over the months; `says` is its description, `top` the value of the highest column."""

    name: str
    title: str
    says: str
    top: str
    bars: tuple[Bar, ...]


def said(unit: Unit, value: Value) -> str:
    """A value as it is read; never a number where nothing was to be counted."""
    if value.number is None:
        return NONE
    if unit == "share":
        return f"{value.number:.0f} %"
    if unit == "minutes":
        return times.age(timedelta(minutes=value.number))
    if unit == "money":
        return f"${value.number:,.2f}"
    return f"{value.number:,.0f}" if value.number == int(value.number) else f"{value.number:,.1f}"


def made_of(unit: Unit, value: Value) -> str:
    """Of what a value was made: `3 of 4`, and what else is to be known of it."""
    parts = []
    if value.whole is not None and unit == "minutes":
        parts.append(f"of {value.whole}")
    elif value.whole is not None and value.part is not None:
        part = f"${value.part:,.2f}" if unit == "money" else f"{value.part:,.0f}"
        parts.append(f"{part} of {value.whole:,}" if unit == "share" else f"{part} for {value.whole:,}")
    return "; ".join((*parts, *([value.more] if value.more else [])))


def chart(line: Line, months: Sequence[Month]) -> Chart:
    """One of a figure's months; one without a value has no column."""
    words = [said(line.figure.kind.unit, each) for each in line.values]
    drawn = charts.bars([(month.short, value.number) for month, value in zip(months, line.values, strict=True)])
    told = "; ".join(f"{month.short} {word}" for month, word in zip(months, words, strict=True))
    highest = max(line.values, key=lambda value: -1 if value.number is None else value.number)
    return Chart(line.figure.name, line.figure.title, told, said(line.figure.kind.unit, highest), drawn)


def stands(row: Row) -> str:
    """How a row stands: what waits for people is no follow-up under way."""
    return "still waits" if (row.what, row.stands) == ("item", "waiting") else STANDS[row.stands]
