"""How visits and follow-ups stood at an earlier moment. A row that nothing has changed since stood then as it stands
now; every other is put together again from the record, which never changes (P10)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import starmap
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, null, or_, select
from sqlalchemy.orm import Session

from app import db, timeline
from app.models.appointments import Appointment
from app.models.follow_ups import FollowUp
from app.models.records import Entry

T = TypeVar("T")
_visits, _needs = db.table_of(Appointment), db.table_of(FollowUp)
_entries = db.table_of(Entry)
STREAMS_AT_ONCE = 200
CALLED_OFF = "called_off"
"""How a visit stands that the practice called off: neither she nor it was late."""
RECALLS = ("recall_chronic", "recall_lapsed")
OF_VISITS = (
    "appointment_booked", "appointment_moved", "appointment_cancelled", "appointment_confirmed", "visit_seen",
    "visit_missed", "visit_called_off", "visit_put_back",
)  # fmt: skip
OF_NEEDS = ("follow_up_captured", "follow_up_tried", "follow_up_stands", "follow_up_closed")


class Visit(NamedTuple):
    """An appointment as it stood. `changed_at`: since when it stood so; of a cancelled one, when it was cancelled.
    Where only numbers are asked for, one stands for as `many` as are alike."""

    id: int
    patient_id: int
    starts_at: datetime
    state: str
    confirmed: bool
    attended: str | None
    changed_at: datetime | None
    many: int = 1


class Need(NamedTuple):
    """A follow-up as it stood, since `disposed_at`; `many` as of a visit."""

    id: int
    patient_id: int
    kind: str
    due_on: date
    disposition: str
    disposed_at: datetime
    many: int = 1


@dataclass(frozen=True)
class Stretch:
    """`months` by their beginnings, the last one before `end`, as they stood at `as_of`; all are instants (UTC)."""

    months: tuple[datetime, ...]
    end: datetime
    as_of: datetime

    @property
    def start(self) -> datetime:
        return self.months[0]

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


def month_of(at: ColumnElement[datetime], stretch: Stretch) -> ColumnElement[int]:
    """The place of the month in which an instant lies."""
    if len(stretch.months) == 1:
        return literal(0)
    return case(*((at < later, place) for place, later in enumerate(stretch.months[1:])), else_=len(stretch.months) - 1)


def visits(session: Session, stretch: Stretch, *, alike: bool) -> Iterator[Visit]:
    """Appointments that were to begin in the stretch; `alike`: one for all that stood the same in a month."""
    table, known = _visits.c, _visits.c.created_at <= stretch.as_of
    ours = or_(table.snow_day_id.is_not(None), table.cancelled_by == "practice")
    state = case((ours, literal(CALLED_OFF)), else_=table.state)
    columns = (
        table.id, table.patient_id, table.starts_at, state, table.confirmed_at.is_not(None), table.attended,
        table.changed_at,
    )  # fmt: skip
    unmoved = or_(table.changed_at.is_(None), table.changed_at <= stretch.as_of)
    settled = (known, unmoved, table.starts_at >= stretch.start, table.starts_at < stretch.end)
    one_by_one = select(*columns).where(*settled)
    if alike:  # but for cancelled ones, of which the notice is asked
        one_by_one = one_by_one.where(table.state == "cancelled")
        shape = (table.confirmed_at.is_not(None), table.attended, table.starts_at <= stretch.as_of)
        first, kept = (func.min(table.id), func.min(table.patient_id), func.min(table.starts_at)), literal("booked")
        like = select(*first, kept, *shape[:2], null(), func.count()).where(*settled, table.state == "booked")
        yield from starmap(Visit, session.execute(like.group_by(month_of(table.starts_at, stretch), *shape)))
    yield from starmap(Visit, session.execute(one_by_one))
    touched = select(table.id, table.patient_id).where(known, table.changed_at > stretch.as_of)
    for visit in _again(session, touched, OF_VISITS, "appointment", _visit_again, stretch.as_of):
        if stretch.holds(visit.starts_at):
            yield visit


def needs(session: Session, first: date, last: date, as_of: datetime, *, alike: bool) -> Iterator[Need]:
    """Follow-ups that were due from the first day to the last one; `alike`: one for all that stood the same on a day,
    but for recalls that led to a visit, of which it is asked when."""
    table, known = _needs.c, _needs.c.created_at <= as_of
    columns = (table.id, table.patient_id, table.kind, table.due_on, table.disposition, table.disposed_at)
    settled = (known, table.due_on.between(first, last), table.disposed_at <= as_of)
    one_by_one, booked = select(*columns).where(*settled), and_(table.kind.in_(RECALLS), table.disposition == "booked")
    if alike:
        one_by_one = one_by_one.where(booked)
        shape, first_of = (
            (table.kind, table.due_on, table.disposition),
            (func.min(table.id), func.min(table.patient_id)),
        )
        like = select(*first_of, *shape, func.max(table.disposed_at), func.count()).where(*settled, not_(booked))
        yield from starmap(Need, session.execute(like.group_by(*shape)))
    yield from starmap(Need, session.execute(one_by_one))
    touched = select(table.id, table.patient_id).where(known, table.disposed_at > as_of)
    for need in _again(session, touched, OF_NEEDS, "follow_up", _need_again, as_of):
        if first <= need.due_on <= last:
            yield need


class _Said(NamedTuple):
    """An entry about a row."""

    at: datetime
    kind: str
    details: dict[str, Any]


def _again(
    session: Session, touched: Select[Any], kinds: tuple[str, ...], about: str,
    again: Callable[[int, int, list[_Said]], T | None], as_of: datetime,
) -> Iterator[T]:  # fmt: skip
    owners = {int(row_id): int(patient_id) for row_id, patient_id in session.execute(touched)}
    said = _said(session, sorted(set(owners.values())), kinds, about, as_of)
    for row_id, patient_id in owners.items():
        found = again(row_id, patient_id, said[row_id])
        if found is not None:
            yield found


def _said(
    session: Session, patient_ids: list[int], kinds: Iterable[str], about: str, as_of: datetime
) -> "defaultdict[int, list[_Said]]":
    """What the record says before that moment, in order, by the row that it is about."""
    found: defaultdict[int, list[_Said]] = defaultdict(list)
    query = select(_entries.c.at, _entries.c.kind, _entries.c.details).where(
        _entries.c.kind.in_(kinds), _entries.c.at <= as_of
    )
    for start in range(0, len(patient_ids), STREAMS_AT_ONCE):
        streams = [timeline.of_patient(each) for each in patient_ids[start : start + STREAMS_AT_ONCE]]
        ordered = query.where(_entries.c.stream.in_(streams)).order_by(_entries.c.stream, _entries.c.position)
        for row in session.execute(ordered):
            said = _Said(*row)
            found[int(said.details[about])].append(said)
    return found


def _visit_again(row_id: int, patient_id: int, said: list[_Said]) -> Visit | None:
    visit: Visit | None = None
    for at, kind, details in said:
        if kind == "appointment_booked":
            visit = Visit(row_id, patient_id, _instant(details), "booked", False, None, None)
        elif visit is not None:
            visit = visit._replace(changed_at=at, **_changed(kind, details))
    return visit


def _instant(details: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(details["starts_at"]).astimezone(UTC)


def _changed(kind: str, details: dict[str, Any]) -> dict[str, Any]:
    if kind == "appointment_moved":
        return {"starts_at": _instant(details), "confirmed": False}
    values: dict[str, dict[str, Any]] = {
        "appointment_cancelled": {"state": _cancelled(details)}, "appointment_confirmed": {"confirmed": True},
        "visit_seen": {"attended": "seen"}, "visit_missed": {"attended": "missed"},
        "visit_called_off": {"state": CALLED_OFF}, "visit_put_back": {"state": "booked"},
    }  # fmt: skip
    return values[kind]


def _cancelled(details: dict[str, Any]) -> str:
    return CALLED_OFF if details.get("cancelled_by") == "practice" else "cancelled"


def _need_again(row_id: int, patient_id: int, said: list[_Said]) -> Need | None:
    need: Need | None = None
    for at, kind, details in said:
        if kind == "follow_up_captured":
            due_on = date.fromisoformat(details["due_on"])
            need = Need(row_id, patient_id, str(details["matter"]), due_on, "waiting", at)
        elif need is not None and kind == "follow_up_tried":
            need = need._replace(due_on=date.fromisoformat(details["due_on"]), disposition="waiting", disposed_at=at)
        elif need is not None:
            need = need._replace(disposition=str(details["disposition"]), disposed_at=at)
    return need
