"""Follow-ups: what must come after an encounter, as rows with an owner, a day and at every moment a disposition."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.follow_ups import CLOSED, OPEN, FollowUp
from app.models.practice import Practice

NEEDS_A_VISIT = ("book", "recall_chronic", "recall_lapsed", "no_show")
"""Kinds that a booked visit answers; the others end when somebody says that they are done."""
BY_STAFF = ("done", "not_needed", "not_wanted", "not_reached", "elsewhere", "mistake")
"""Ends that a person gives; the rest come about by what happens."""
PURSUED_FROM = time(10)
_SHUT = defer(FollowUp.note)
"""Unsealed only where it is needed, so that one note that cannot be read holds up nothing else (H61)."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """What is captured. `key` says why it is there, and is unique for ever: the same need is captured once."""

    key: str
    patient_id: int
    kind: str
    owner: str
    due_on: date
    note: str | None = None
    encounter_id: int | None = None
    appointment_id: int | None = None


def capture(session: Session, need: Need, staff_id: int | None) -> int | None:
    """Write a follow-up down; its id, or None when it was captured before."""
    now = clock.now()
    row_id = db.put(session, FollowUp, {
        **need.__dict__, "look_at": now, "attempts": 0, "disposition": "waiting", "disposed_at": now,
        "captured_by": staff_id, "created_at": now, "version": 1,
    })  # fmt: skip
    if row_id is not None:
        row = session.get_one(FollowUp, row_id)
        _note(session, row, "follow_up_captured", staff_id, need.note, due_on=need.due_on.isoformat())
    return row_id


def is_captured(session: Session, key: str) -> bool:
    return session.scalar(select(FollowUp.id).where(FollowUp.key == key)) is not None


def locked(session: Session, follow_up_id: int) -> FollowUp:
    """The row as it is now, ours until this transaction ends. Its number is to be locked first."""
    query = select(FollowUp).where(FollowUp.id == follow_up_id).options(_SHUT).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def all_locked(session: Session, ids: Collection[int]) -> list[FollowUp]:
    """The same of many, in one order."""
    query = select(FollowUp).where(FollowUp.id.in_(ids)).options(_SHUT).order_by(FollowUp.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def step_key(row: FollowUp, step: str) -> str:
    """What a step of a row as it is now is known by."""
    return f"follow_up:{row.id}:v{row.version}:{step}"


def open_of(session: Session, patient_id: int, kinds: Sequence[str] | None = None) -> list[FollowUp]:
    """A patient's open follow-ups, the soonest first, locked."""
    query = select(FollowUp).where(FollowUp.patient_id == patient_id, FollowUp.disposition.in_(OPEN))
    if kinds is not None:
        query = query.where(FollowUp.kind.in_(kinds))
    ordered = query.options(_SHUT).order_by(FollowUp.id).with_for_update().execution_options(populate_existing=True)
    return sorted(session.scalars(ordered), key=lambda each: (each.due_on, each.id))


def answering_visits(session: Session, rows: Iterable[FollowUp]) -> dict[int, Appointment]:
    """By a follow-up's id the visit that answers its need for one: booked since it was captured, and still to come or
    attended."""
    needs = [row for row in rows if row.kind in NEEDS_A_VISIT]
    if not needs:
        return {}
    query = select(Appointment).where(
        Appointment.patient_id.in_({row.patient_id for row in needs}), Appointment.state == "booked",
        Appointment.attended.is_distinct_from("missed"),
        Appointment.starts_at > min(row.created_at for row in needs),
    )  # fmt: skip
    soonest = query.order_by(Appointment.starts_at, Appointment.id).execution_options(populate_existing=True)
    visits = session.scalars(soonest).all()
    found = {row.id: next((visit for visit in visits if _answers(visit, row)), None) for row in needs}
    return {row_id: visit for row_id, visit in found.items() if visit is not None}


def _answers(visit: Appointment, row: FollowUp) -> bool:
    since = visit.created_at >= row.created_at and visit.starts_at > row.created_at
    return since and visit.patient_id == row.patient_id and visit.id != row.appointment_id


def stands(
    session: Session, row: FollowUp, disposition: str, staff_id: int | None = None, *,
    words: str | None = None, reason: str | None = None, happened_id: int | None = None,
) -> None:  # fmt: skip
    """A locked row gets another disposition, with who said so and when; an end or a new beginning is another
    version, so that what waits to be said for it is not said any more."""
    was_open, goes_on = row.is_open, disposition in OPEN
    row.disposition, row.reason, row.happened_id = disposition, reason, happened_id
    row.disposed_at, row.disposed_by = clock.now(), staff_id
    if was_open != goes_on:
        row.version += 1
    session.flush()
    kind = "follow_up_stands" if goes_on else "follow_up_closed"
    _note(session, row, kind, staff_id, words, disposition=disposition, reason=reason, appointment=happened_id)


def look_again(session: Session, row: FollowUp, at: datetime) -> None:
    """When a locked row is looked at next."""
    row.look_at = at
    session.flush()


def pursue_from(session: Session, row: FollowUp, due_on: date, staff_id: int, words: str | None) -> None:
    """A person gives a locked row a new day, with what came of trying: it begins anew then."""
    row.due_on, row.look_at, row.version = due_on, clock.now(), row.version + 1
    row.disposition, row.reason, row.disposed_at, row.disposed_by = "waiting", None, clock.now(), staff_id
    row.attempts += 1
    session.flush()
    _note(session, row, "follow_up_tried", staff_id, words, due_on=due_on.isoformat())


def revive(session: Session, patient_id: int, staff_id: int) -> None:
    """It was a mistake that the patient had died: what ended with that goes on."""
    query = select(FollowUp).where(FollowUp.patient_id == patient_id, FollowUp.disposition == "deceased")
    for row in session.scalars(query.options(_SHUT).order_by(FollowUp.id).with_for_update()).all():
        stands(session, row, "waiting", staff_id)
        look_again(session, row, clock.now())


def closed_by(session: Session, appointment_id: int) -> list[FollowUp]:
    """The follow-ups that a visit has answered, locked."""
    query = select(FollowUp).where(FollowUp.happened_id == appointment_id, FollowUp.disposition.in_(CLOSED))
    return list(session.scalars(query.options(_SHUT).order_by(FollowUp.id).with_for_update()))


def look_at_all_again(session: Session) -> None:
    """The cadences have changed: what is open may be due sooner."""
    session.execute(update(FollowUp).where(FollowUp.disposition.in_(OPEN)).values(look_at=clock.now()))


def today(session: Session) -> date:
    """On the practice's wall."""
    return clock.now().astimezone(_zone(session)).date()


def _zone(session: Session) -> ZoneInfo:
    """Asked once in a transaction: a round asks it of every row."""
    if "practice_zone" not in session.info:
        session.info["practice_zone"] = session.scalar(select(Practice.time_zone).limit(1)) or "UTC"
    return ZoneInfo(session.info["practice_zone"])


def morning_of(session: Session, day: date) -> datetime:
    """When a day's follow-ups begin, on the practice's wall."""
    return datetime.combine(day, PURSUED_FROM, tzinfo=_zone(session)).astimezone(UTC)


def _note(
    session: Session, row: FollowUp, kind: str, staff_id: int | None, words: str | None, **details: Any
) -> None:  # fmt: skip
    timeline.append(
        session, timeline.of_patient(row.patient_id), kind, timeline.by_staff(staff_id),
        words=words, follow_up=row.id, matter=row.kind, owned_by=row.owner, **details,
    )  # fmt: skip
