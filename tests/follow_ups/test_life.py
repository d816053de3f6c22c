"""Whatever happens in whatever order: no text at night, over the budget, after STOP or a death, about what is not so,
or twice (H32, H43, H44, H49, H52)."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import db
from app.library import versions
from app.outreach import budget, quiet_hours
from tests.follow_ups.life import A_DAY, A_WEEK, ZONES, Life
from tests.house import ZONE, House
from tests.people import Colleague

SPRING, AUTUMN = datetime(2027, 3, 11, 17, tzinfo=ZONE), datetime(2027, 11, 4, 17, tzinfo=ZONE)
"""Three days before the clocks change where they do."""
FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2026, 2029))
ANY_TIME = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
HOURS = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(ANY_TIME, st.sampled_from(ZONES), HOURS, HOURS)
@settings(max_examples=300, deadline=None)
def test_the_next_opening_is_open_and_none_was_missed(at: datetime, name: str, opens: time, closes: time) -> None:
    """Over every change of the clocks: what is not open now is open then, and an hour before it is not."""
    zone = ZoneInfo(name)
    then = quiet_hours.next_opening(at, zone, opens, closes)
    if then is None:
        return
    assert at < then <= at + timedelta(hours=25)
    wall = then.astimezone(zone)
    assert quiet_hours.next_opening(then, zone, opens, closes) is None or wall.time() != opens, "a gap swallowed it"
    for minutes in range(0, int((then - at).total_seconds() // 60), 30):
        assert quiet_hours.next_opening(at + timedelta(minutes=minutes), zone, opens, closes) is not None


@given(st.sampled_from(ZONES), st.lists(st.integers(1, 60 * 60), min_size=20, max_size=60), ANY_TIME)
@settings(max_examples=100, deadline=None)
def test_whoever_begins_when_the_budget_says_keeps_it(name: str, waits: list[int], at: datetime) -> None:
    """One on each day of her wall and three in each seven days, however the days are long."""
    zone, begun = ZoneInfo(name), list[datetime]()
    for minutes in waits:
        at += timedelta(minutes=minutes)
        then = budget.free(versions.shipped_cadences(), [(each, True) for each in begun], at, zone)
        if then is None:
            begun.append(at)
        else:
            assert then > at, "it comes to an end"
    days = [each.astimezone(zone).date() for each in begun]
    assert max(map(days.count, days), default=0) <= A_DAY
    for each in begun:
        assert sum(each - budget.WEEK < other <= each for other in begun) <= A_WEEK


@pytest.mark.long
@pytest.mark.parametrize("begins", [SPRING, pytest.param(AUTUMN, marks=pytest.mark.prove)], ids=["spring", "autumn"])
def test_nothing_leaves_that_must_not_in_the_weeks_of_the_clocks(
    house: House, fran: Colleague, begins: datetime
) -> None:
    house.clock.becomes(begins)
    life = Life(house, fran, random.Random(7), patients=14, first=0)  # noqa: S311
    for _ in range(40):
        life.step(most_hours=10, events=6)
    assert life.wrong == []
    assert life.sent >= 8, "it was about something"
    assert set(life.happened) >= {"_books", "_moves", "_cancels", "_needs", "_stops"}


@pytest.mark.prove
@pytest.mark.long(minutes=15)
@pytest.mark.timeout(3600)
def test_a_year_in_six_zones(house: House, fran: Colleague) -> None:
    """10,000 events and more between the rounds of a virtual year (issue 7: 0 wrong); on PostgreSQL, where it takes as
    long as all other proofs of an hour, with fewer of them."""
    small = db.engine().dialect.name != "sqlite"
    patients, hours, events, happened, sent = (28, 24, 9, 1500, 150) if small else (126, 12, 20, 10_000, 700)
    house.clock.becomes(datetime(2027, 1, 1, 9, tzinfo=ZONE))
    life = Life(house, fran, random.Random(2027), patients=patients, first=0)  # noqa: S311
    while house.clock() < datetime(2028, 1, 1, tzinfo=UTC):
        life.step(most_hours=hours, events=events)
    assert life.wrong == []
    assert life.happened.total() >= happened
    assert life.sent > sent
