"""Follow-ups that are looked at, with all that the record is asked about them: one look for many (P6).

Their numbers are locked first, then they themselves. A number answers for one follow-up at a time: of several behind
one number only the first is gathered, so that what is known of the number stays true while that one is decided.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from app import contact_points
from app.db import Base
from app.library import versions
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation
from app.models.follow_ups import Encounter, FollowUp
from app.models.patients import ContactPoint, Patient
from app.outreach import follow_ups, known
from app.outreach.known import Known
from escalation_desk.models import DeskItem

Row = TypeVar("Row", Patient, Encounter, Appointment, Conversation)


class Task(NamedTuple):
    """A task of a follow-up, or one that the patient's answer to its question made."""

    state: str
    closed_at: datetime | None


@dataclass(frozen=True)
class Matter:
    """A locked follow-up: whose it is, by which number she is reached first and what is known of that, the visit that
    answers it, the last talk about the row as it is, and its tasks. `beside` is kept at hand for its ladder."""

    row: FollowUp
    patient: Patient
    point: ContactPoint | None
    known: Known | None
    answered_by: Appointment | None
    steps: dict[str, OutreachStep]
    last: Conversation | None
    tasks: Sequence[Task]
    beside: Sequence[Base]

    @property
    def has_open_task(self) -> bool:
        return any(task.state != "closed" for task in self.tasks)


def gather(session: Session, ids: Sequence[int], *, wait: bool) -> list[Matter]:
    """Those of `ids` that can be looked at together, locked; `wait` for whoever has a number in hand just now."""
    versions.stay(session)
    query = select(FollowUp.patient_id, FollowUp.id).where(FollowUp.id.in_(ids)).order_by(FollowUp.id.desc())
    mine, reached = by_number(session, dict(session.execute(query).all()), wait=wait)
    return _matters(session, follow_ups.all_locked(session, mine), reached)


def by_number(
    session: Session, first: Mapping[int, int], *, wait: bool
) -> tuple[list[int], dict[int, ContactPoint]]:  # fmt: skip
    """Lock the numbers that patients are to be reached by. `first`: by patient what is looked at of hers. Returns what
    may be looked at, one for each number and all of whoever has none; and by patient the number."""
    numbers = contact_points.firsts_of(session, first)
    points = contact_points.hold_all(session, set(numbers.values()), wait=wait)
    now = contact_points.firsts_of(session, first)  # ours from here on, unless it was another patient's or detached
    behind = {number: patient_id for patient_id, number in now.items() if numbers.get(patient_id) == number in points}
    reached = {patient_id: points[number] for number, patient_id in behind.items()}
    return [first[each] for each in first if each in reached or (each not in numbers and each not in now)], reached


def _matters(session: Session, rows: Sequence[FollowUp], points: dict[int, ContactPoint]) -> list[Matter]:
    ids, patient_ids = [row.id for row in rows], {row.patient_id for row in rows}
    patients = by_id(session, Patient, patient_ids)
    encounters = by_id(session, Encounter, _some(row.encounter_id for row in rows))
    visits = by_id(session, Appointment, _some(row.appointment_id for row in rows))
    answers, steps, tasks = follow_ups.answering_visits(session, rows), _steps(session, rows), _tasks(session, ids)
    talks = by_id(session, Conversation, _some(step.conversation_id for each in steps.values() for step in each))
    found = known.of_many(session, {patient_id: points[patient_id].id for patient_id in patient_ids & points.keys()})
    beside: Sequence[Base] = [*encounters.values(), *visits.values()]
    return [
        Matter(
            row, patients[row.patient_id], points.get(row.patient_id), found.get(row.patient_id), answers.get(row.id),
            {step.key: step for step in steps[row.id]}, _last(steps[row.id], talks), tasks[row.id], beside,
        )
        for row in rows
    ]  # fmt: skip


def _steps(session: Session, rows: Sequence[FollowUp]) -> dict[int, list[OutreachStep]]:
    """What was decided about each row as it is now."""
    found: dict[int, list[OutreachStep]] = defaultdict(list)
    of_version = {row.id: follow_ups.step_key(row, "") for row in rows}
    query = select(OutreachStep).where(OutreachStep.follow_up_id.in_(of_version))
    for step in session.scalars(query.order_by(OutreachStep.id).execution_options(populate_existing=True)):
        if step.follow_up_id is not None and step.key.startswith(of_version[step.follow_up_id]):
            found[step.follow_up_id].append(step)
    return found


def _last(steps: Sequence[OutreachStep], talks: dict[int, Conversation]) -> Conversation | None:
    about = [talks[step.conversation_id] for step in steps if step.conversation_id is not None]
    return max(about, key=lambda talk: talk.id, default=None)


def _tasks(session: Session, ids: Collection[int]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = defaultdict(list)
    columns = DeskItem.state, DeskItem.closed_at
    of_it = select(DeskItem.follow_up_id, *columns).where(DeskItem.follow_up_id.in_(ids))
    answers = select(Conversation.follow_up_id, *columns).join(DeskItem, DeskItem.conversation_id == Conversation.id)
    for about, *task in session.execute(union_all(of_it, answers.where(Conversation.follow_up_id.in_(ids)))):
        if about is not None:
            found[about].append(Task._make(task))
    return found


def by_id(session: Session, table: type[Row], ids: Collection[int]) -> dict[int, Row]:
    """Rows as they are now."""
    query = select(table).where(table.id.in_(ids)).execution_options(populate_existing=True)
    return {row.id: row for row in session.scalars(query)} if ids else {}


def _some(ids: Iterable[int | None]) -> set[int]:
    return {each for each in ids if each is not None}
