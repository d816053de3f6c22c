"""One wording for moments and waits, whoever shows them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import clock
from app.web.times import age, ahead, clock_time, local, moment
from tests.house import ZONE, ObedientClock

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[ObedientClock]:
    standing = ObedientClock()
    clock.use(standing)
    yield standing
    clock.use(None)


def test_times_stand_in_the_zone_and_name_another_year() -> None:
    assert local(AT, "America/Chicago") == "Tue Nov 24, 3:00 PM"
    assert local(AT.replace(year=2020), "Asia/Tokyo") == "Wed Nov 25 2020, 6:00 AM"


def test_only_today_is_left_out_of_a_moment(now: ObedientClock) -> None:
    assert moment(AT, ZONE.key) == local(AT, ZONE.key)
    now.becomes(AT)
    assert moment(AT, ZONE.key) == "3:00 PM"
    assert moment(AT.replace(hour=4), ZONE.key) == "Mon Nov 23, 10:00 PM"
    assert clock_time(AT.replace(hour=0, minute=5)) == "12:05 AM"


def test_nobody_else_words_a_time_for_staff() -> None:
    """Hours of twelve and days in letters are written in one place (and in app/talk/facts.py, for patients' texts)."""
    by_hand = re.compile(r"%[IpP]|hour % 12|format_(date|time|datetime)\(|%a %b")
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app/web", "app/screens", "escalation_desk/views")
        for path in (ROOT / folder).rglob("*.py")
        if by_hand.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"app/web/times.py"}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "less than 1 min"), (59, "less than 1 min"), (60, "1 min"), (245, "4 min"), (3600, "1 h"), (7500, "2 h 5 min"),
     (86_400, "1 day"), (3 * 86_400, "3 days")],
)  # fmt: skip
def test_ages_are_short(seconds: int, said: str) -> None:
    assert age(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("hour", "hours_off", "said"),
    [(10, 2, "in 2 h"), (10, 13, "in 13 h"), (10, 15, "tomorrow"), (10, 37, "tomorrow"), (22, 3, "tomorrow"),
     (10, 39, "in 2 days"), (22, 60, "in 3 days"), (10, 62, "in 3 days")],
)  # fmt: skip
def test_what_lies_ahead_is_told_by_days_of_the_wall(now: ObedientClock, hour: int, hours_off: int, said: str) -> None:
    now.becomes(datetime(2026, 11, 23, hour, 0, tzinfo=ZONE))
    assert ahead(now.at + timedelta(hours=hours_off), ZONE.key) == said
