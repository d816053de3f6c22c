"""Months on the practice's wall: where each begins and ends, whatever the clocks do in it (H44)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2000, 2200


class Month(NamedTuple):
    """A month of a calendar."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def title(self) -> str:
        """`November 2026`."""
        return f"{self.first:%B} {self.year}"

    @property
    def short(self) -> str:
        """`Nov 26`."""
        return f"{self.first:%b} {self.year % 100:02}"

    def shifted(self, by: int) -> "Month":
        """So many months later, or earlier."""
        year, month = divmod(self.year * 12 + self.number - 1 + by, 12)
        return Month(year, month + 1)

    def up_to(self, many: int) -> "list[Month]":
        """The last so many months, this one the last."""
        return [self.shifted(by) for by in range(1 - many, 1)]


def of(day: date) -> Month:
    """The month in which a day lies."""
    return Month(day.year, day.month)


def read(text: str) -> Month | None:
    """A month as an address says it, `2026-11`; None if it is none."""
    year, dash, number = text.partition("-")
    if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isascii() and (year + number).isdecimal()):
        return None
    month = Month(int(year), int(number))
    return month if FIRST_YEAR <= month.year <= LAST_YEAR and 1 <= month.number <= 12 else None


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day begins on that wall."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end(day: date, zone: ZoneInfo) -> datetime:
    """The last instant (UTC) of it."""
    return beginning(day + timedelta(days=1), zone) - timedelta(microseconds=1)
