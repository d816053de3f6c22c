"""Who reads what comes in at a moment, by the calendar: the staffed desk, or whoever is on call (P7, H16). Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
LOOKS_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Turn:
    """One line of the on-call calendar: weekly (`weekday`, 0 is Monday) or of one `day`, which counts before the weeks.
    Times are of the practice's wall; an end at or before the beginning is of the next day. Without `staff_id` nobody is
    on call. Of several lines for one place and moment the one with the highest `number` counts."""

    number: int
    place: int
    staff_id: int | None
    begins: time
    ends: time
    weekday: int | None = None
    day: date | None = None

    def holds(self, wall: datetime) -> bool:
        """Whether it is this line's time; `wall` has no zone."""
        return any(self.begins_on(day) and _within(day, self.begins, self.ends, wall) for day in _nights(wall))

    def begins_on(self, day: date) -> bool:
        """Whether it begins on that day."""
        return day == self.day if self.day is not None else day.weekday() == self.weekday


@dataclass(frozen=True)
class Stretch:
    """From `begins` to `ends` (UTC) nothing changes: whether the desk is staffed, who is on call in which order, and
    whether anybody reads what comes in."""

    begins: datetime
    ends: datetime
    staffed: bool
    on_call: tuple[int, ...]
    covered: bool


@dataclass(frozen=True)
class Calendar:
    """The practice's week, the days on which it stays closed, and the lines of the on-call calendar. `reachable` are
    the members of staff who can be paged at all."""

    zone: ZoneInfo
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    closed: Collection[date] = frozenset()
    turns: Sequence[Turn] = ()
    reachable: Collection[int] = frozenset()

    def staffed(self, at: datetime) -> bool:
        """Whether somebody is to sit at the desk."""
        wall = self._wall(at)
        return any(
            day not in self.closed and (hours := self.hours.get(day.weekday())) and _within(day, *hours, wall)
            for day in _nights(wall)
        )

    def on_call(self, at: datetime) -> tuple[int, ...]:
        """Who is called, in which order; members of staff by id, whether or not they can be reached."""
        called = [turn.staff_id for turn in self._counting(self._wall(at)) if turn.staff_id is not None]
        return tuple(dict.fromkeys(called))

    def turns_ahead(self, first: date, days: int) -> list[tuple[date, Turn]]:
        """Each time that somebody's turn begins on these days, as it counts then."""
        found = []
        for day in (first + each * ONE_DAY for each in range(days)):
            begin = sorted({turn.begins for turn in self.turns})
            for at in begin:
                counting = self._counting(datetime.combine(day, at))
                found += [(day, turn) for turn in counting if turn.begins_on(day) and turn.begins == at]
        return [(day, turn) for day, turn in found if turn.staff_id is not None]

    def can_be_called(self, at: datetime) -> tuple[int, ...]:
        """Of those on call, who has a telephone that works."""
        return tuple(staff_id for staff_id in self.on_call(at) if staff_id in self.reachable)

    def covered(self, at: datetime) -> bool:
        """Whether somebody will read what comes in then."""
        return self.staffed(at) or bool(self.can_be_called(at))

    def stretches(self, since: datetime, until: datetime) -> list[Stretch]:
        """What holds from `since` to `until`, each stretch as long as nothing changes."""
        found: list[Stretch] = []
        marks = [since, *sorted({mark for mark in self._marks(since, until) if since < mark < until}), until]
        for begins, ends in pairwise(marks):
            now = (self.staffed(begins), self.on_call(begins), self.covered(begins))
            goes_on = bool(found) and (found[-1].staffed, found[-1].on_call, found[-1].covered) == now
            found.append(Stretch(found.pop().begins if goes_on else begins, ends, *now))
        return found

    def gaps(self, since: datetime, until: datetime) -> list[Stretch]:
        """When nobody will read what comes in."""
        return [stretch for stretch in self.stretches(since, until) if not stretch.covered]

    def next_covered(self, at: datetime) -> datetime | None:
        """`at` itself if somebody will read what comes in then, else when that is next; None when not for two weeks."""
        ahead = self.stretches(at, at + LOOKS_AHEAD)
        return next((stretch.begins for stretch in ahead if stretch.covered), None)

    def _counting(self, wall: datetime) -> list[Turn]:
        """For each place of the ladder the line that counts at that time."""
        now = [turn for turn in self.turns if turn.holds(wall)]
        found = []
        for place in sorted({turn.place for turn in now}):
            mine = [turn for turn in now if turn.place == place]
            found.append(max([turn for turn in mine if turn.day is not None] or mine, key=lambda turn: turn.number))
        return found

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def _marks(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every instant at which anything may change: the times of the calendar on each day, and where the clocks are
        changed each quarter of an hour of that day, since wall times are then left out or come twice."""
        times = {time(0), *(at for hours in self.hours.values() for at in hours)}
        times |= {at for turn in self.turns for at in (turn.begins, turn.ends)}
        day = self._wall(since).date() - ONE_DAY
        while day <= self._wall(until).date() + ONE_DAY:
            for at in times:
                for fold in (0, 1):
                    yield datetime.combine(day, at, tzinfo=self.zone).replace(fold=fold).astimezone(UTC)
            midnight, next_one = (datetime.combine(each, time(0), tzinfo=self.zone) for each in (day, day + ONE_DAY))
            if midnight.utcoffset() != next_one.utcoffset():
                first = midnight.astimezone(UTC)
                yield from (first + quarter * QUARTER for quarter in range(4 * 26))
            day += ONE_DAY


def _nights(wall: datetime) -> tuple[date, date]:
    """The days on which something that goes on now can have begun."""
    return wall.date(), wall.date() - ONE_DAY


def _within(day: date, begins: time, ends: time, wall: datetime) -> bool:
    first = datetime.combine(day, begins)
    last = datetime.combine(day if ends > begins else day + ONE_DAY, ends)
    return first <= wall < last
