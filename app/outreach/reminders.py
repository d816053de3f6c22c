"""Outreach by construction: what should have been said by now, and was not? (P6, H43, H44)

No reminder is stored ahead. Each round derives what is due from today's rows; a step of a cadence has one key for one
version of an appointment, so a moved or cancelled appointment leaves no orphan and nothing is said twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, timeline
from app.models.appointments import Appointment, OutreachStep
from app.models.patients import ContactPoint, Patient
from app.outreach import askable, questions, ringable, same_day, steps, talked, visit_cadence
from app.outreach.askable import Decision
from app.outreach.questions import Question
from app.outreach.visit_cadence import Due
from app.talk import conversations, matters, opening, reply_numbers, saying
from app.talk.opening import Opening
from app.upkeep import restorations
from dialogs.engine.cadences import Step
from escalation_desk import items
from escalation_desk.models import DeskItem

TOGETHER = 25
"""So many visits in one transaction, as of follow-ups (app.outreach.loops)."""
PATIENCE = timedelta(hours=4)
"""How long an answer is waited for before a person is asked to call, while the visit leaves so much time."""


def begin_due() -> int:
    """Open every conversation that is due and allowed; returns how many were opened. None in a restored database that
    was not compared yet: it does not know what was asked already (H64)."""
    with db.reading("outreach.held") as session:
        if restorations.held(session):
            return 0
    due = visit_cadence.due()
    return sum(
        apart.together("outreach_apart", due[start : start + TOGETHER], _begin_together, _begin)
        for start in range(0, len(due), TOGETHER)
    )


def give_due_to_person(session: Session, patient_ids: Sequence[int], reason: str) -> None:
    """What is due for these patients and not settled is asked by a person: nobody knows what was asked already."""
    now = clock.now()
    appointments = session.scalars(
        select(Appointment)
        .where(
            Appointment.patient_id.in_(patient_ids),
            Appointment.state == "booked",
            Appointment.confirmed_at.is_(None),
            Appointment.starts_at > now,
        )
        .order_by(Appointment.id)
        .with_for_update()
    ).all()
    for appointment in appointments:
        for step in visit_cadence.current(visit_cadence.asks(session, appointment), appointment.starts_at, now):
            key = visit_cadence.key_of(appointment.id, appointment.version, step)
            settled = select(OutreachStep.id).where(OutreachStep.key == key, OutreachStep.state != "waiting")
            if session.scalar(settled) is None:
                _give_to_person(session, appointment, step, reason)


def _begin_together(due: Sequence[Due]) -> dict[Due, bool]:
    of = {each.appointment_id: each for each in due}
    with db.transaction("outreach.together") as session:
        found = questions.gather(session, of, wait=False)
        return {of[each.visit.id]: _take(session, each, of[each.visit.id].steps) for each in found}


def _begin(due: Due) -> bool:
    give_up = partial(_give_up, due)
    with apart.Alone("outreach_failed", due.appointment_id, give_up), db.transaction("outreach.begin") as session:
        found = questions.gather(session, [due.appointment_id], wait=True)
        return any(_take(session, each, due.steps) for each in found)
    return False


def _give_up(due: Due) -> None:
    """It cannot be asked: a person has it, or at least the log, if not even that could be written."""
    with apart.Alone("outreach_not_given_up", due.appointment_id), db.transaction("outreach.failed") as session:
        for step in due.steps:
            _give_to_person(session, session.get_one(Appointment, due.appointment_id), step, "could_not_be_asked")


def _take(session: Session, question: Question, steps: Sequence[Step]) -> bool:
    """Its steps in order, until one asks: what is known of the visit was looked up before that."""
    return any(_decide(session, question, step) for step in steps)


def _decide(session: Session, question: Question, step: Step) -> bool:
    """Open the conversation or say why not. The number and the visit are locked."""
    visit, patient, point = question.visit, question.patient, question.point
    if step.gives_to is not None:
        _call(session, question, step)
        return False
    rings = ringable.for_visit(session, step, patient, point, visit)
    decision = judged(session, question, clock.now(), rings=rings)
    talk = None
    if decision.state == "begun" and point is not None:
        talk = open_step(session, question, point, step, rings=rings)
        decision = decision if talk is not None else Decision("waiting", "another_conversation")
    if decision.state == "task":
        _give_to_person(session, visit, step, decision.reason)
    else:
        _write(session, visit, step, decision, talk)
    return decision.state == "begun"


def _call(session: Session, question: Question, step: Step) -> None:
    """Asked, and not answered in good time: a person asks before the visit. Who was never asked is left to the question
    itself, which is asked or given to a person."""
    visit, talks, found = question.visit, question.talks, question.known
    asked_at = max((talk.begun_at for talk in talked.as_it_is(talks, visit)), default=None)
    if asked_at is None:
        return
    if askable.answered(talks, visit):
        _write(session, visit, step, Decision("dropped", "answered"))
    elif _with_a_person(session, visit):
        _write(session, visit, step, Decision("dropped", "with_person"))
    elif clock.now() >= min(asked_at + PATIENCE, visit.starts_at - askable.LAST_CALL):
        wrote = found is not None and askable.words_wait(found, askable.of_another(talks, visit))
        _give_to_person(session, visit, step, "words_wait" if wrote else "unanswered")


def _with_a_person(session: Session, appointment: Appointment) -> bool:
    """Whether an earlier step for the visit as it is was a person's already."""
    of_version = visit_cadence.key_of(appointment.id, appointment.version, "")
    query = select(OutreachStep.id).where(
        OutreachStep.appointment_id == appointment.id,
        OutreachStep.key.startswith(of_version, autoescape=True),
        OutreachStep.state == "task",
    )
    asked_to_stop = select(DeskItem.id).where(DeskItem.key == f"{of_version}opted_out")
    return session.scalar(query.limit(1)) is not None or session.scalar(asked_to_stop) is not None


def judged(session: Session, question: Question, at: datetime, *, rings: bool = False) -> Decision:
    """What becomes of a step at a moment, as the rows stood when they were looked at: what must wait still shortly
    before the visit is a person's."""
    visit = question.visit
    decision = askable.judge(visit, question.patient, question.point, question.known, question.talks, at, rings=rings)
    if decision.state == "waiting" and at > visit.starts_at + visit_cadence.calls(session, visit).at:
        return Decision("task", decision.reason)
    return decision


def open_step(session: Session, question: Question, point: ContactPoint, step: Step, *, rings: bool) -> int | None:
    """Begin what a step says; None while the number is asked something else."""
    appointment, patient, dialog = question.visit, question.patient, step.says or visit_cadence.DIALOG
    visits: Sequence[Appointment] = [appointment]
    if not question.by_itself:
        settled = partial(_with_a_person, session)
        behind = contact_points.ids_behind(session, point.id)
        dialog, visits = same_day.said(session, appointment, dialog, settled, rings=rings, behind=behind)
    seats: Mapping[int, int] = {}
    if dialog == saying.SHARED_PHONE:
        seats = reply_numbers.seats_for(session, point.id, [each.id for each in visits])
        visits = [each for each in visits if each.id in seats]
        if appointment.id not in seats:
            return None  # every number is another visit's now: it waits, and is a person's in time
    first, *beside = visits
    waits = conversations.waiting(session, point.id) if not question.by_itself else None
    asked = {each.appointment_id for each in matters.asked(session, waits.conversation)} if waits is not None else set()
    if waits is not None and asked & {first.id, *(each.id for each in beside)}:
        conversations.give_way(session, waits)
    return opening.open_one(session, Opening(
        key=visit_cadence.key_of(appointment.id, appointment.version, step), dialog=dialog, contact_point_id=point.id,
        patient=_whose(session, first, patient), appointment_id=first.id, beside=[each.id for each in beside],
        seats=seats, expires_at=first.starts_at - askable.LAST_CALL, rings=rings,
    ))  # fmt: skip


def _whose(session: Session, first: Appointment, patient: Patient) -> Patient:
    """Of a shared phone the soonest visit may be somebody else's."""
    return patient if first.patient_id == patient.id else session.get_one(Patient, first.patient_id)


def _give_to_person(session: Session, appointment: Appointment, step: Step, reason: str) -> None:
    _write(session, appointment, step, Decision("task", reason))
    # an opt-out that ended the question has raised this task already, whichever step it was
    of_step = "opted_out" if reason == "opted_out" else f"{step.name}:task"
    items.raise_task(
        session, visit_cadence.key_of(appointment.id, appointment.version, of_step), f"confirm_by_phone_{reason}",
        contact_points.first_of(session, appointment.patient_id),
        patient_id=appointment.patient_id, appointment_id=appointment.id,
    )  # fmt: skip


def _write(session: Session, appointment: Appointment, step: Step, decision: Decision, talk: int | None = None) -> None:
    key = visit_cadence.key_of(appointment.id, appointment.version, step)
    if steps.keep(session, key, decision, talk, appointment_id=appointment.id):
        timeline.append(
            session, timeline.of_patient(appointment.patient_id), "outreach_decided", "agent",
            appointment=appointment.id, step=step.name, state=decision.state, reason=decision.reason,
            starts_at=appointment.starts_at.isoformat(),
        )  # fmt: skip
