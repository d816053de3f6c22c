"""Outreach by construction: what should have been said by now, and was not? (P6, H43, H44)

No reminder is stored ahead. Each round derives what is due from today's rows; a step of a cadence has one key for one
version of an appointment, so a moved or cancelled appointment leaves no orphan and nothing is said twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import askable, clock, contact_points, conversations, db, library, receipts, restorations, timeline
from app.askable import Decision
from app.conversations import Opening
from app.log import error_name, log
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation
from app.models.patients import ContactPoint, Patient
from escalation_desk import items

DIALOG, MOVED = receipts.CONFIRMING, "confirm_moved"
TASK_BEFORE = timedelta(hours=20)  # what could not be asked by then becomes a person's task


@dataclass(frozen=True)
class Step:
    """One step of the cadence: `name` is part of its key, `ahead` how long before the visit it falls due."""

    name: str
    ahead: timedelta


CONFIRMATION = (Step("48h", timedelta(hours=48)), Step("24h", receipts.LAST_QUESTION))
"""The first cadence: ask 48 hours ahead, and once more 24 hours ahead while nobody has confirmed."""


def begin_due() -> int:
    """Open every conversation that is due and allowed; returns how many were opened. None in a restored database that
    was not compared yet: it does not know what was asked already (H64)."""
    with db.reading("outreach.held") as session:
        if restorations.held(session):
            return 0
    return sum(_begin(appointment_id, step) for appointment_id, step in _due())


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
        for step in _fallen_due(appointment.starts_at, now):
            key = key_of(appointment.id, appointment.version, step)
            settled = select(OutreachStep.id).where(OutreachStep.key == key, OutreachStep.state != "waiting")
            if session.scalar(settled) is None:
                _give_to_person(session, appointment, step, reason)


def _due() -> list[tuple[int, Step]]:
    now = clock.now()
    horizon = now + max(step.ahead for step in CONFIRMATION)
    with db.reading("outreach.due") as session:
        rows = session.execute(
            select(Appointment.id, Appointment.version, Appointment.starts_at).where(
                Appointment.state == "booked",
                Appointment.confirmed_at.is_(None),
                Appointment.starts_at > now,
                Appointment.starts_at <= horizon,
            )
        ).all()
        keys = {
            key_of(row.id, row.version, step): (row.id, step)
            for row in rows
            for step in _fallen_due(row.starts_at, now)
        }
        settled = session.scalars(
            select(OutreachStep.key).where(OutreachStep.key.in_(keys), OutreachStep.state != "waiting")
        )
        for key in settled:
            del keys[key]
    return list(keys.values())


def _fallen_due(starts_at: datetime, now: datetime) -> Iterator[Step]:
    """The one step that is current: after an outage the newest is asked, the older are not flushed after it."""
    due = [step for step in CONFIRMATION if now >= starts_at - step.ahead]
    if due:
        yield min(due, key=lambda step: step.ahead)


def _begin(appointment_id: int, step: Step) -> bool:
    try:
        with db.transaction("outreach.begin") as session:
            return _decide(session, appointment_id, step)
    except Exception as error:  # one broken appointment must not hold up the others, H61
        if db.gone(error):
            raise
        log.error("outreach_failed", id=appointment_id, error=error_name(error))
        if not isinstance(error, db.DATABASE_AWAY):  # else somebody has its rows: the next round
            _give_up(appointment_id, step)
        return False


def _give_up(appointment_id: int, step: Step) -> None:
    """It cannot be asked: a person has it, or at least the log, if not even that could be written."""
    try:
        with db.transaction("outreach.failed") as session:
            _give_to_person(session, session.get_one(Appointment, appointment_id), step, "could_not_be_asked")
    except Exception as error:  # the next appointment is asked all the same
        if db.gone(error):
            raise
        log.error("outreach_not_given_up", id=appointment_id, error=error_name(error))


def _decide(session: Session, appointment_id: int, step: Step) -> bool:
    """Look at the rows as they are now, under the number's lock, and open the conversation or say why not."""
    patient = session.scalars(select(Patient).join(Appointment).where(Appointment.id == appointment_id)).one()
    points = contact_points.of_patient(session, patient.id)
    point = contact_points.hold(session, points[0].id) if points else None
    appointment = session.scalars(select(Appointment).where(Appointment.id == appointment_id).with_for_update()).one()
    if appointment.state != "booked" or appointment.confirmed_at is not None:
        return False
    decision = judged(session, appointment, patient, point, clock.now())
    if decision.state == "begun" and point is not None:
        opened = _open(session, appointment, patient, point, step)
        decision = decision if opened else Decision("waiting", "another_conversation")
    if decision.state == "task":
        _give_to_person(session, appointment, step, decision.reason)
    else:
        _write(session, appointment, step, decision)
    return decision.state == "begun"


def judged(
    session: Session, appointment: Appointment, patient: Patient, point: ContactPoint | None, at: datetime
) -> Decision:
    """What becomes of a step at a moment, as the rows stand now: what must wait still shortly before the visit is a
    person's."""
    decision = askable.judge(session, appointment, patient, point, at)
    if decision.state == "waiting" and at > appointment.starts_at - TASK_BEFORE:
        return Decision("task", decision.reason)
    return decision


def _open(session: Session, appointment: Appointment, patient: Patient, point: ContactPoint, step: Step) -> bool:
    waits = conversations.waiting(session, point.id)
    if waits is not None and waits.conversation.appointment_id == appointment.id:
        conversations.end(session, waits.conversation.id, "asked_again")
    opened = conversations.open_one(session, Opening(
        key=key_of(appointment.id, appointment.version, step), dialog=_dialog(session, appointment),
        contact_point_id=point.id, patient=patient, appointment_id=appointment.id,
        expires_at=appointment.starts_at - askable.LAST_CALL,
    ))  # fmt: skip
    return opened is not None


def _dialog(session: Session, appointment: Appointment) -> str:
    """Whoever was asked about the visit as it was before reads that it has changed."""
    query = select(Conversation.id).where(
        Conversation.appointment_id == appointment.id, Conversation.appointment_version < appointment.version
    )
    known = library.in_force(session).dialogs
    return MOVED if MOVED in known and session.scalar(query.limit(1)) is not None else DIALOG


def _give_to_person(session: Session, appointment: Appointment, step: Step, reason: str) -> None:
    _write(session, appointment, step, Decision("task", reason))
    # an opt-out that ended the question has raised this task already, whichever step it was
    of_step = "opted_out" if reason == "opted_out" else f"{step.name}:task"
    items.raise_task(
        session, f"{DIALOG}:{appointment.id}:v{appointment.version}:{of_step}", f"confirm_by_phone_{reason}",
        contact_points.first_of(session, appointment.patient_id),
        patient_id=appointment.patient_id, appointment_id=appointment.id,
    )  # fmt: skip


def _write(session: Session, appointment: Appointment, step: Step, decision: Decision) -> None:
    """Keep the step's state; the record gets a line when the reason changes, not every few seconds."""
    key = key_of(appointment.id, appointment.version, step)
    row = session.scalar(select(OutreachStep).where(OutreachStep.key == key).with_for_update())
    if row is not None and (row.state, row.reason) == (decision.state, decision.reason):
        return
    if row is None:
        row = OutreachStep(key=key, appointment_id=appointment.id)
        session.add(row)
    row.state, row.reason, row.decided_at = decision.state, decision.reason, clock.now()
    session.flush()
    timeline.append(
        session, timeline.of_patient(appointment.patient_id), "outreach_decided", "agent",
        appointment=appointment.id, step=step.name, state=decision.state, reason=decision.reason,
        starts_at=appointment.starts_at.isoformat(),
    )  # fmt: skip


def key_of(appointment_id: int, version: int, step: Step) -> str:
    return f"{DIALOG}:{appointment_id}:v{version}:{step.name}"
