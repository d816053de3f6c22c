"""Whether somebody reads what comes in, by the calendar: the same asked minute by minute and by its changes (H16)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from escalation_desk.cover import Calendar, Turn

CHICAGO = ZoneInfo("America/Chicago")
MINUTE = timedelta(minutes=1)
TURNS_BACK = datetime(2026, 10, 31, 23, tzinfo=CHICAGO)  # the clocks go back in the night to November 1
GOES_FORWARD = datetime(2027, 3, 13, 23, tzinfo=CHICAGO)

walls = st.times().map(lambda at: at.replace(second=0, microsecond=0))
people = st.one_of(st.none(), st.integers(1, 4))


@st.composite
def turns(draw: st.DrawFn, number: int) -> Turn:
    weekday = draw(st.one_of(st.none(), st.integers(0, 6)))
    day = None if weekday is not None else draw(st.sampled_from([date(2026, 10, 31), date(2026, 11, 1)]))
    return Turn(number, draw(st.integers(1, 3)), draw(people), draw(walls), draw(walls), weekday, day)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    hours = draw(st.dictionaries(st.integers(0, 6), st.tuples(walls, walls), max_size=5))
    lines = [draw(turns(number)) for number in range(draw(st.integers(0, 4)))]
    closed = draw(st.frozensets(st.sampled_from([date(2026, 10, 31), date(2026, 11, 1)])))
    return Calendar(CHICAGO, hours, closed, lines, draw(st.frozensets(st.integers(1, 4))))


def _by_minutes(calendar: Calendar, since: datetime, minutes: int) -> set[datetime]:
    every = (since + each * MINUTE for each in range(minutes))
    return {at for at in every if not calendar.covered(at)}


def _by_gaps(calendar: Calendar, since: datetime, minutes: int) -> set[datetime]:
    gaps = calendar.gaps(since, since + minutes * MINUTE)
    return {gap.begins + each * MINUTE for gap in gaps for each in range((gap.ends - gap.begins) // MINUTE)}


@settings(max_examples=6)
@given(calendars(), st.sampled_from([TURNS_BACK, GOES_FORWARD]))
@example(Calendar(CHICAGO, {}, (), [Turn(0, 1, 1, time(1, 30), time(2, 30), 6)], {1}), TURNS_BACK)
@example(Calendar(CHICAGO, {}, (), [Turn(0, 1, 1, time(1, 30), time(2, 30), 6)], {1}), GOES_FORWARD)
def test_no_uncovered_minute_goes_unnoticed(calendar: Calendar, begins: datetime) -> None:
    since = begins.astimezone(UTC)
    minutes = 27 * 60
    assert _by_gaps(calendar, since, minutes) == _by_minutes(calendar, since, minutes)


def test_stretches_lie_end_to_end_and_tell_only_of_changes() -> None:
    calendar = Calendar(CHICAGO, {day: (time(8), time(17)) for day in range(5)})
    since, until = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC)
    found = calendar.stretches(since, until)
    assert (found[0].begins, found[-1].ends) == (since, until)
    for one, following in pairwise(found):
        assert one.ends == following.begins
        assert one.staffed != following.staffed
    assert calendar.next_covered(since) == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert calendar.next_covered(datetime(2026, 11, 23, 15, tzinfo=UTC)) == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert Calendar(CHICAGO).next_covered(since) is None


@pytest.mark.prove
def test_a_year_minute_by_minute() -> None:
    """Office hours, nights and weekends on call, holidays, an hour each Friday that nobody has, one telephone that
    fails: every uncovered minute of the year is in a gap, and no covered one is."""
    nights = [Turn(day, 1, 1 + day % 3, time(17), time(8), day) for day in range(4)]
    weekend = [
        Turn(4, 1, 2, time(18), time(8), 4),
        Turn(5, 1, 3, time(8), time(8), 5),
        Turn(6, 1, 1, time(8), time(8), 6),
    ]
    once = [Turn(7, 1, None, time(17), time(8), None, date(2026, 12, 24)), Turn(8, 2, 2, time(0), time(0), 3)]
    closed = {date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)}
    hours = {day: (time(8), time(17)) for day in range(5)}
    calendar = Calendar(CHICAGO, hours, closed, [*nights, *weekend, *once], {1, 2})
    since, year = datetime(2026, 7, 1, tzinfo=UTC), 365 * 24 * 60
    alone = _by_minutes(calendar, since, year)
    assert alone == _by_gaps(calendar, since, year)
    assert 60 * 52 < len(alone) < year / 2
