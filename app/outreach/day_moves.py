"""A day that was moved: each visit goes to its new hour, and its patient is told and asked whether she comes then; who
cannot be told in time is a person's (decision 0086, H43). Derived from the rows each round (P6).

She is told by the question that any moved visit brings, and it obeys what every question obeys: consent, hours, hush,
budget, the go-ahead.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.day_moves import AT_WORK, DayMove, DayMoveVisit
from app.models.patients import ContactPoint, Patient
from app.outreach import askable, questions, reminders, ringable, same_day, steps, talked, visit_cadence
from app.outreach.askable import Decision
from app.scheduling import booking, day_moves
from app.upkeep import restorations
from dialogs.engine.cadences import Step
from escalation_desk import items

UNDONE_WITHIN = timedelta(minutes=2)
"""So long nobody is told, so that all of it can be taken back."""
KNOWS_BEFORE = timedelta(hours=20)
"""So long before the earlier of the two hours a person calls whoever has not answered; or as soon as half of the time
that there was has gone by."""
AT_ONCE = 200
MOVED = Step(name="moved", at=timedelta(0), says=same_day.MOVED, gives_to=None)
TELL = "tell_moved"


def work() -> int:
    """Go on with every visit of a moved day; how many went a step further. Nothing in a restored database that was not
    compared yet: it does not know what was said already (H64)."""
    with db.reading("day_moves.due") as session:
        if restorations.held(session):
            return 0
        ids = session.scalars(
            select(DayMoveVisit.id).where(DayMoveVisit.state.in_(AT_WORK)).order_by(DayMoveVisit.id).limit(AT_ONCE)
        ).all()
    return sum(_go_on(each) for each in ids)


def _go_on(row_id: int) -> bool:
    with (
        apart.Alone("day_move_failed", row_id, partial(_give_up, row_id)),
        db.transaction("day_moves.go_on") as session,
    ):
        return _with_row(session, row_id, _step)
    return False


def _give_up(row_id: int) -> None:
    """It cannot be worked out: a person has it."""
    with apart.Alone("day_move_not_given_up", row_id), db.transaction("day_moves.failed") as session:
        _with_row(session, row_id, _to_person)


def _to_person(session: Session, row: DayMoveVisit, visit: Appointment) -> None:
    if row.state in ("listed", "back"):
        day_moves.leave_to_person(session, row.day_move_id, visit, "It could not be moved. Please look at it.")
        day_moves.stand(session, row, "left", "failed")
    else:
        _call(session, row, visit, reason="could_not_be_asked")


def _with_row(session: Session, row_id: int, act: Callable[[Session, DayMoveVisit, Appointment], None]) -> bool:
    """Under the patient's number, as the row stands then; whether it stands otherwise now."""
    query = select(Appointment.patient_id).join(DayMoveVisit, DayMoveVisit.appointment_id == Appointment.id)
    patient_id = session.scalars(query.where(DayMoveVisit.id == row_id)).one()
    number = contact_points.first_of(session, patient_id)
    if number is not None:
        contact_points.hold(session, number)
    row = session.scalars(select(DayMoveVisit).where(DayMoveVisit.id == row_id).with_for_update()).one()
    was = row.state
    if was in AT_WORK:
        act(session, row, session.get_one(Appointment, row.appointment_id, populate_existing=True))
    return row.state != was


def _step(session: Session, row: DayMoveVisit, visit: Appointment) -> None:
    if row.state == "listed":
        day_moves.move_one(session, row)
    elif row.state == "back":
        day_moves.move_back(session, row)
    elif not booking.still_stands(session, visit.id, row.version) or visit.starts_at <= clock.now():
        day_moves.stand(session, row, "left", "changed")
    elif visit.confirmed_at is not None or askable.answered(talked.of_one(session, visit), visit):
        day_moves.stand(session, row, "told", "answered")
    elif row.state == "texted":
        _follow(session, row, visit)
    elif clock.now() >= session.get_one(DayMove, row.day_move_id).made_at + UNDONE_WITHIN:
        _tell(session, row, visit)


def _tell(session: Session, row: DayMoveVisit, visit: Appointment) -> None:
    patient = session.get_one(Patient, visit.patient_id, populate_existing=True)
    if patient.deceased_on is not None:
        day_moves.stand(session, row, "left", "deceased")
        return
    number = contact_points.first_of(session, patient.id)
    point = session.get(ContactPoint, number) if number is not None else None
    rings = ringable.for_visit(session, MOVED, patient, point, visit)
    question = questions.of_one(session, visit, patient, point)
    decision = reminders.judged(session, question, clock.now(), rings=rings)
    talk = None
    if decision.state == "begun" and point is not None:
        talk = reminders.open_step(session, question, point, MOVED, rings=rings)
        decision = decision if talk is not None else Decision("waiting", "another_conversation")
    steps.keep(session, visit_cadence.key_of(visit.id, visit.version, MOVED), decision, talk, appointment_id=visit.id)
    if talk is not None:
        row.conversation_id = talk
        day_moves.stand(session, row, "texted", None)
    elif decision.reason == "asked_lately":  # the question of its cadence was faster, and said so
        row.conversation_id = _asked_by(session, visit)
        day_moves.stand(session, row, "texted", None)
    elif decision.state != "waiting" or clock.now() >= _knows_by(row, visit):
        _call(session, row, visit, reason=decision.reason)
    elif row.reason != decision.reason:
        day_moves.stand(session, row, "moved", decision.reason)


def _asked_by(session: Session, visit: Appointment) -> int | None:
    query = select(Conversation.id).where(
        Conversation.appointment_id == visit.id, Conversation.appointment_version == visit.version
    )
    return session.scalar(query.order_by(Conversation.id.desc()).limit(1))


def _follow(session: Session, row: DayMoveVisit, visit: Appointment) -> None:
    """It was said; whether it has reached her, and whether she says something."""
    ended_as = session.scalar(select(Conversation.ended_as).where(Conversation.id == row.conversation_id))
    if ended_as in askable.NOBODY_CAN_ANSWER:
        _call(session, row, visit, reason=ended_as or "")
    elif clock.now() >= _knows_by(row, visit):
        _call(session, row, visit, reason="unanswered")


def _knows_by(row: DayMoveVisit, visit: Appointment) -> datetime:
    """Until when words of ours may do: who still goes by the old hour must know before that."""
    first = min(row.was_at, visit.starts_at)
    return max(first - KNOWS_BEFORE, row.decided_at + (first - row.decided_at) / 2)


def _call(session: Session, row: DayMoveVisit, visit: Appointment, *, reason: str) -> None:
    """Somebody tells her: she cannot be told by text, or has not answered in time."""
    items.raise_task(
        session, f"{TELL}:{visit.id}:v{visit.version}", TELL, contact_points.first_of(session, visit.patient_id),
        patient_id=visit.patient_id, appointment_id=visit.id,
    )  # fmt: skip
    day_moves.stand(session, row, "call", reason[:40])
