"""Visits whose question is due, with all that the record is asked about them: one look for many (P6).

Their numbers are locked first, then they themselves. Of several behind one number only one is gathered at a time.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.day_moves import DayMoveVisit
from app.models.patients import ContactPoint, Patient, PatientContactPoint
from app.outreach import gathered, known, talked
from app.outreach.known import Known
from app.outreach.talked import Talk

A_DAY = timedelta(hours=25)
"""No two visits further apart than this are of one day, on whichever wall."""


@dataclass(frozen=True)
class Question:
    """A locked visit that is booked and not confirmed: whose it is, by which number she is reached first and what is
    known of that, and the talks about it. `by_itself`: nobody shares the number, nothing waits for an answer there, she
    has no other visit that day, and the visit was not moved; so nothing else need be looked up to word it."""

    visit: Appointment
    patient: Patient
    point: ContactPoint | None
    known: Known | None
    talks: Sequence[Talk]
    by_itself: bool


def gather(session: Session, ids: Collection[int], *, wait: bool) -> list[Question]:
    """Those of the visits that can be looked at together, locked; `wait` for whoever has a number in hand just now.
    What is cancelled or confirmed by now is left out."""
    versions.stay(session)
    whose = select(Appointment.patient_id, Appointment.id).where(Appointment.id.in_(ids))
    first = dict(session.execute(whose.order_by(Appointment.id.desc())).all())
    mine, points = gathered.by_number(session, first, wait=wait)
    visits = [each for each in _locked(session, mine) if each.state == "booked" and each.confirmed_at is None]
    patients = gathered.by_id(session, Patient, {visit.patient_id for visit in visits})
    numbers = {each: points[each].id for each in patients.keys() & points.keys()}
    found, talks = known.of_many(session, numbers), talked.about(session, [visit.id for visit in visits])
    involved = _involved(session, visits, numbers)
    return [
        Question(
            visit, patients[visit.patient_id], points.get(visit.patient_id), found.get(visit.patient_id),
            talks[visit.id], visit.id not in involved and talked.as_it_is(talks[visit.id], visit) == talks[visit.id],
        )
        for visit in visits
    ]  # fmt: skip


def of_one(session: Session, visit: Appointment, patient: Patient, point: ContactPoint | None) -> Question:
    """The same of a visit that somebody has at hand."""
    found = known.of_one(session, point.id, patient.id) if point is not None else None
    return Question(visit, patient, point, found, talked.of_one(session, visit), by_itself=False)


def _locked(session: Session, ids: Collection[int]) -> Sequence[Appointment]:
    query = select(Appointment).where(Appointment.id.in_(ids)).order_by(Appointment.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _involved(session: Session, visits: Sequence[Appointment], numbers: dict[int, int]) -> set[int]:
    """Visits of which something else may have to be said, or with which: what that is, is looked up for each."""
    ids = [visit.id for visit in visits]
    moved = select(DayMoveVisit.appointment_id).where(DayMoveVisit.appointment_id.in_(ids))
    live = select(Conversation.contact_point_id).where(
        Conversation.contact_point_id.in_(numbers.values()), Conversation.state == "live"
    )
    behind = select(PatientContactPoint.contact_point_id).where(
        PatientContactPoint.contact_point_id.in_(numbers.values())
    )
    shared = [number for number, many in Counter(session.scalars(behind)).items() if many > 1]
    taken = set(chain(session.scalars(live), shared))
    of_moves, near = set(session.scalars(moved)), _others_near(session, visits)
    return {
        visit.id for visit in visits
        if visit.id in of_moves or visit.id in near or numbers.get(visit.patient_id) in taken
    }  # fmt: skip


def _others_near(session: Session, visits: Sequence[Appointment]) -> set[int]:
    """Visits beside which the same patient has another one that may be of that day."""
    if not visits:
        return set()
    starts = [visit.starts_at for visit in visits]
    query = select(Appointment.patient_id, Appointment.id, Appointment.starts_at).where(
        Appointment.patient_id.in_({visit.patient_id for visit in visits}), Appointment.state == "booked",
        Appointment.starts_at.between(min(starts) - A_DAY, max(starts) + A_DAY),
    )  # fmt: skip
    hers: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for patient_id, visit_id, starts_at in session.execute(query):
        hers[patient_id].append((visit_id, starts_at))
    return {
        visit.id for visit in visits
        if any(each != visit.id and abs(at - visit.starts_at) < A_DAY for each, at in hers[visit.patient_id])
    }  # fmt: skip
