"""What the monthly review counts: rows, each with the moment that says in which month it counts, and how it stood."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import db
from app.calls import owing
from app.models.appointments import Appointment
from app.models.changes import VisitChange
from app.models.follow_ups import OPEN
from app.models.offers import Offer
from app.models.patients import ConsentEvent
from app.models.records import TAKEN, Entry
from app.reports import history, months
from app.reports.history import Stretch
from escalation_desk.models import DeskItem

LATE = timedelta(hours=24)
"""A visit cancelled with less notice than this is cancelled late."""
CALLBACKS = (*owing.REASONS, "follow_up_callback")
_items, _entries, _changes = db.table_of(DeskItem), db.table_of(Entry), db.table_of(VisitChange)
_appointments, _offers, _consents = db.table_of(Appointment), db.table_of(Offer), db.table_of(ConsentEvent)


class Row(NamedTuple):
    """Something that counts. `what` and `id` name its row, `minutes` how long it took, where that is the question.
    Where only numbers are asked for, one stands for as `many` as are alike."""

    at: datetime
    what: str  # appointment | follow_up | item | change | offer | number
    id: int
    patient_id: int | None
    stands: str
    minutes: float | None = None
    many: int = 1


@dataclass(frozen=True)
class Asked:
    """Which stretch, on whose wall, and within how many days a recall is to lead to a visit."""

    stretch: Stretch
    zone: ZoneInfo
    recall_days: int
    alike: bool = False


class Looked:
    """What several sources ask for, looked up once."""

    def __init__(self, session: Session, asked: Asked) -> None:
        self.session, self.asked, self.stretch = session, asked, asked.stretch
        self._over: dict[date, datetime] = {}

    @cached_property
    def visits(self) -> list[history.Visit]:
        return list(history.visits(self.session, self.stretch, alike=self.asked.alike))

    @cached_property
    def needs(self) -> list[history.Need]:
        zone = self.asked.zone
        first = self.stretch.start.astimezone(zone).date()
        last = (self.stretch.end - timedelta(microseconds=1)).astimezone(zone).date()
        found = history.needs(self.session, first, last, self.stretch.as_of, alike=self.asked.alike)
        return self._merged(found) if self.asked.alike else list(found)

    def _merged(self, found: Iterable[history.Need]) -> list[history.Need]:
        """One for all that stand the same on a day: recalls that led to a visit by whether it was in time."""
        alike: dict[tuple[object, ...], history.Need] = {}
        many: Counter[tuple[object, ...]] = Counter()
        for need in found:
            shape = (need.kind, need.due_on, need.disposition, need.disposed_at <= self.over(need.due_on))
            alike.setdefault(shape, need)
            many[shape] += need.many
        return [need._replace(many=many[shape]) for shape, need in alike.items()]

    def over(self, due_on: date) -> datetime:
        """When the days are over within which a recall is to lead to a visit."""
        if due_on not in self._over:
            last = due_on + timedelta(days=self.asked.recall_days)
            self._over[due_on] = months.end(last, self.asked.zone)
        return self._over[due_on]

    @cached_property
    def first_acts(self) -> dict[str, dict[int, datetime]]:
        """When an item was first claimed, and first closed, by a person: that stands in the record for good."""
        item = _entries.c.details["item"].as_integer()
        when = (_entries.c.at >= self.stretch.start, _entries.c.at <= self.stretch.as_of)
        found: dict[str, dict[int, datetime]] = {"claimed": {}, "closed": {}}
        acts = select(_entries.c.kind, item, _entries.c.at).where(TAKEN, *when).order_by(_entries.c.at.desc())
        for kind, row_id, at in self.session.execute(acts):
            found[kind][row_id] = at
        return found


def visits(looked: Looked) -> Iterator[Row]:
    """seen, missed, unsaid (it is over, and nobody has said), ahead, cancelled, cancelled_late, called_off (by us)."""
    for visit in looked.visits:
        stands = _stands(visit, looked.stretch.as_of)
        yield Row(visit.starts_at, "appointment", visit.id, visit.patient_id, stands, None, visit.many)


def _stands(visit: history.Visit, as_of: datetime) -> str:
    if visit.state == "cancelled":
        late = visit.changed_at is not None and visit.starts_at - visit.changed_at < LATE
        return "cancelled_late" if late else "cancelled"
    if visit.state == history.CALLED_OFF:
        return history.CALLED_OFF
    return visit.attended or ("unsaid" if visit.starts_at <= as_of else "ahead")


def confirmations(looked: Looked) -> Iterator[Row]:
    """confirmed or unconfirmed, of visits that were not cancelled and have begun."""
    for visit in looked.visits:
        if visit.state == "booked" and visit.starts_at <= looked.stretch.as_of:
            stands = "confirmed" if visit.confirmed else "unconfirmed"
            yield Row(visit.starts_at, "appointment", visit.id, visit.patient_id, stands, None, visit.many)


def follow_ups(looked: Looked) -> Iterator[Row]:
    """By their dispositions, in the month in which they were due; ahead: still open, and the day is not over."""
    for need in looked.needs:
        ahead = need.disposition in OPEN and months.end(need.due_on, looked.asked.zone) > looked.stretch.as_of
        yield _of(need, "ahead" if ahead else need.disposition, looked.asked)


def _of(need: history.Need, stands: str, asked: Asked) -> Row:
    due = months.beginning(need.due_on, asked.zone)
    return Row(due, "follow_up", need.id, need.patient_id, stands, None, need.many)


def recalls(looked: Looked) -> Iterator[Row]:
    """converted (a visit was booked within so many days after the recall was due), not_converted, or not_over while
    these days last."""
    asked = looked.asked
    for need in looked.needs:
        if need.kind not in history.RECALLS:
            continue
        over = looked.over(need.due_on)
        booked = need.disposition == "booked" and need.disposed_at <= over
        stands = "converted" if booked else "not_converted" if over <= asked.stretch.as_of else "not_over"
        yield _of(need, stands, asked)


def desk(looked: Looked) -> Iterator[Row]:
    """Items of patients' words, in the month in which the first came: taken by a person after so long, or waiting."""
    return _waits(looked, "claimed", DeskItem.kind == "words")


def callbacks(looked: Looked) -> Iterator[Row]:
    """Tasks to call somebody back: taken (closed by a person) after so long, or waiting."""
    return _waits(looked, "closed", DeskItem.reason.in_(CALLBACKS))


def _waits(looked: Looked, act: str, which: ColumnElement[bool]) -> Iterator[Row]:
    """Items with how long it took until a person did that first."""
    stretch, done = looked.stretch, looked.first_acts[act]
    came = select(_items.c.id, _items.c.patient_id, _items.c.opened_at).where(
        _items.c.opened_at >= stretch.start, _items.c.opened_at < stretch.end, _items.c.opened_at <= stretch.as_of,
        which,
    )  # fmt: skip
    for row_id, patient_id, opened_at in looked.session.execute(came):
        taken = done.get(row_id)
        minutes = (taken - opened_at).total_seconds() / 60 if taken is not None else None
        yield Row(opened_at, "item", row_id, patient_id, "waiting" if taken is None else "taken", minutes)


def freed(looked: Looked) -> Iterator[Row]:
    """Times that a visit gave up before they came, in the month in which it did: filled after so long by another visit
    at the same time with the same clinician, lost once the time has come, or open."""
    stretch, table = looked.stretch, _changes.c
    columns = (
        table.id, table.what, table.at, _appointments.c.patient_id, table.provider_id, table.starts_at,
        table.was_provider_id, table.was_starts_at,
    )  # fmt: skip
    query = select(*columns).join(_appointments, _appointments.c.id == table.appointment_id)
    known = query.where(table.at >= stretch.start, table.at <= stretch.as_of).order_by(table.at, table.id)
    given_up: dict[_Hour, Row] = {}
    for row_id, what, at, patient_id, *where in looked.session.execute(known):
        now_at, was_at = _hours(what, *where)
        if now_at is not None and (left := given_up.pop(now_at, None)) is not None:
            yield left._replace(stands="filled", minutes=(at - left.at).total_seconds() / 60)
        if was_at is not None and was_at.starts_at > at and at < stretch.end:
            stands = "lost" if was_at.starts_at <= stretch.as_of else "open"
            given_up[was_at] = Row(at, "change", row_id, patient_id, stands)
    yield from given_up.values()


class _Hour(NamedTuple):
    provider_id: int
    starts_at: datetime


def _hours(
    what: str, provider_id: int, starts_at: datetime, was_provider_id: int | None, was_starts_at: datetime | None
) -> tuple[_Hour | None, _Hour | None]:
    """The hour that a visit lies in by a change, and the one that it gives up."""
    here = _Hour(provider_id, starts_at)
    if what == "cancelled":
        return None, here
    if was_provider_id is None or was_starts_at is None:
        return here, None
    there = _Hour(was_provider_id, was_starts_at)
    return here, there if there != here else None


def offers(looked: Looked) -> Iterator[Row]:
    """accepted or not_accepted, in the month in which they were made."""
    stretch, table = looked.stretch, _offers.c
    made = select(table.id, table.patient_id, table.made_at, table.state, table.ended_at).where(
        table.made_at >= stretch.start, table.made_at < stretch.end, table.made_at <= stretch.as_of
    )
    for row_id, patient_id, made_at, state, ended_at in looked.session.execute(made):
        accepted = state == "accepted" and ended_at <= stretch.as_of
        yield Row(made_at, "offer", row_id, patient_id, "accepted" if accepted else "not_accepted")


def opt_outs(looked: Looked) -> Iterator[Row]:
    """Each time that texts to a number were stopped."""
    stretch, table = looked.stretch, _consents.c
    stopped = select(table.contact_point_id, table.at).where(
        table.kind == "opt_out", table.at >= stretch.start, table.at < stretch.end, table.at <= stretch.as_of
    )
    for number_id, at in looked.session.execute(stopped):
        yield Row(at, "number", number_id, None, "stopped")


Source = Callable[[Looked], Iterable[Row]]
SOURCES: Mapping[str, Source] = {
    "visits": visits, "confirmations": confirmations, "follow_ups": follow_ups, "recalls": recalls, "desk": desk,
    "callbacks": callbacks, "freed": freed, "offers": offers, "opt_outs": opt_outs,
}  # fmt: skip


def rows(session: Session, source: str, asked: Asked) -> list[Row]:
    """Of one source, in one order for the same rows, whatever the database gave them in."""
    return sorted(SOURCES[source](Looked(session, asked)), key=lambda row: (row.at, row.id))
