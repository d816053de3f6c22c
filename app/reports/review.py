"""The monthly review: the figures of months as they stood at the end of a day, from rows and the record alone."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import clock
from app.reports import counted, months, spent
from app.reports.counted import Asked, Looked, Row
from app.reports.figures import Facts, Figure, Prices, Section, Value, sections
from app.reports.history import Stretch
from app.reports.months import Month
from app.settings import Settings


@dataclass(frozen=True)
class Line:
    """A figure with its value in each month of the review, the last one being the month that is reviewed."""

    figure: Figure
    values: Sequence[Value]


@dataclass(frozen=True)
class Review:
    """Months, and by section the lines that can be told; `hidden` ones want a price that nobody has set."""

    months: Sequence[Month]
    sections: Sequence[tuple[Section, Sequence[Line]]]
    hidden: Sequence[Figure]


def prices(settings: Settings) -> Prices:
    """As the practice has set them."""
    return Prices(settings.value_of_visit, settings.price_of_segment, settings.price_of_call_minute)


def reviewed(session: Session, last: Month, many: int, day: date, zone: ZoneInfo, settings: Settings) -> Review:
    """`many` months up to `last`, as they stood at the end of `day` on the wall of `zone`."""
    shown = last.up_to(many)
    set_prices = prices(settings)
    facts = _facts(session, shown, day, zone, settings, set_prices)
    every = sections(settings.recall_days)
    hidden = {
        figure.name: figure
        for section in every
        for figure in section.figures
        if any(getattr(set_prices, each) is None for each in figure.kind.needs)
    }
    lines = [
        (section, [
            Line(figure, [figure.kind.measure(each) for each in facts])
            for figure in section.figures if figure.name not in hidden
        ])
        for section in every
    ]  # fmt: skip
    return Review(shown, lines, list(hidden.values()))


def behind(session: Session, figure: Figure, month: Month, day: date, zone: ZoneInfo, settings: Settings) -> list[Row]:
    """The rows that a figure counts in a month."""
    if figure.kind.source is None:
        return []
    found = counted.rows(session, figure.kind.source, _asked([month], day, zone, settings))
    return [row for row in found if figure.kind.counts(row)]


def as_of(day: date, zone: ZoneInfo) -> datetime:
    """The end of the day, or now while it lasts."""
    return min(months.end(day, zone), clock.now())


def _asked(shown: Sequence[Month], day: date, zone: ZoneInfo, settings: Settings, *, alike: bool = False) -> Asked:
    starts = tuple(months.beginning(each.first, zone) for each in (*shown, shown[-1].shifted(1)))
    return Asked(Stretch(starts[:-1], starts[-1], as_of(day, zone)), zone, settings.recall_days, alike)


def _facts(
    session: Session, shown: Sequence[Month], day: date, zone: ZoneInfo, settings: Settings, set_prices: Prices
) -> list[Facts]:  # fmt: skip
    asked = _asked(shown, day, zone, settings, alike=True)
    looked, starts = Looked(session, asked), asked.stretch.months
    found: list[dict[str, list[Row]]] = [{source: [] for source in counted.SOURCES} for _ in shown]
    for source, rows in counted.SOURCES.items():
        for row in rows(looked):
            found[bisect_right(starts, row.at) - 1][source].append(row)
    texts = spent.by_month(session, asked.stretch)
    return [Facts(dict(rows), each, set_prices) for rows, each in zip(found, texts, strict=True)]
