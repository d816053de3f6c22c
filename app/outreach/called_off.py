"""Working a snow day off, patient by patient: her visits, what we had asked about them, telling her, or a person (H43).

Every step is a transaction of its own under her number's lock, guarded by the row's state, so that a crash, a second
ticker or somebody who takes it back at that moment leaves each patient called off once and told once, or put back.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, timeline
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient
from app.models.snow_days import SnowDay, SnowDayPatient
from app.outreach import follow_ups, known, loops, putting_back, snow_day_rows, snow_day_tasks, snow_days, steps
from app.outreach.askable import Decision
from app.outreach.follow_ups import Need
from app.outreach.snow_day_slots import Wanted
from app.outreach.snow_days import DIALOG, HELD_FOR, LAST_TEXT
from app.scheduling import booking
from app.talk import conversations, ends, matters, opening
from app.upkeep import restorations
from escalation_desk import items
from escalation_desk.models import DeskItem

AT_ONCE = 500
AGAIN = timedelta(minutes=1)
ANOTHER_TIME_WITHIN = {"acute": timedelta(days=4), "procedure": timedelta(days=4)}
USUALLY_WITHIN = timedelta(days=14)
"""By when a patient should have another time; its cadence and a person's task are counted from there."""


def work(snow_day_id: int | None = None) -> int:
    """Look at every patient whose time has come, of one snow day or of all; how many. None in a restored database that
    was not compared yet."""
    with db.reading("snow_days.due") as session:
        if restorations.held(session):
            return 0
        query = select(SnowDayPatient.id).where(SnowDayPatient.look_at <= clock.now())
        if snow_day_id is not None:
            query = query.where(SnowDayPatient.snow_day_id == snow_day_id)
        ids = session.scalars(query.order_by(SnowDayPatient.look_at, SnowDayPatient.id).limit(AT_ONCE)).all()
    for row_id in ids:
        with apart.Alone("snow_day_failed", row_id, partial(_give_up, row_id)):
            _look(row_id)
    snow_day_tasks.tell_of_booked()
    snow_day_tasks.tell_the_ehr()
    return len(ids)


def _give_up(row_id: int) -> None:
    """It cannot be worked out: a person tells her, or at least the log, if not even that could be written."""
    with apart.Alone("snow_day_not_given_up", row_id), db.transaction("snow_days.failed") as session:
        row = session.get_one(SnowDayPatient, row_id, with_for_update=True)
        snow_day = snow_day_rows.day_of(session, row)
        _give_to_person(session, row, snow_day, contact_points.first_of(session, row.patient_id), "could_not_be_asked")


def _look(row_id: int) -> None:
    with db.transaction("snow_days.look") as session:
        patient_id = session.scalars(select(SnowDayPatient.patient_id).where(SnowDayPatient.id == row_id)).one()
        number = loops.hold(session, patient_id)
        locked = select(SnowDayPatient).where(SnowDayPatient.id == row_id).with_for_update()
        row = session.scalars(locked.execution_options(populate_existing=True)).one()
        if row.look_at is None or row.look_at > clock.now():
            return
        snow_day = snow_day_rows.day_of(session, row)
        if snow_day.undone_at is not None:
            putting_back.put_back(session, row, snow_day, number)
        elif row.state == "listed":
            _call_off(session, row, snow_day)
        elif row.state == "waiting":
            _tell(session, row, snow_day, number)
        elif row.state == "texted":
            _follow(session, row, snow_day, number)
        else:
            row.look_at = None


def _call_off(session: Session, row: SnowDayPatient, snow_day: SnowDay) -> None:
    """Her visits are off, and nobody waits for an answer about them; another time is somebody's from now on."""
    wanted = Wanted(snow_day.day, snow_day.provider_id, snow_day.location_id)
    visits = snow_days.visits_on(session, wanted, row.patient_id)
    actor = timeline.by_staff(snow_day.declared_by)
    for visit in visits:
        asked = select(Conversation.id).where(matters.about(visit), Conversation.state == "live")
        for conversation_id in session.scalars(asked).all():
            ends.end(session, conversation_id, "called_off")
        booking.call_off(session, visit, snow_day.id, actor)
        loops.cancelled(session, visit.id)
    if not visits:
        snow_day_rows.stands(session, row, "left", "appointment_changed", None)
        return
    row.appointment_id = visits[0].id
    if session.scalar(select(Patient.deceased_on).where(Patient.id == row.patient_id)) is not None:
        snow_day_rows.stands(session, row, "left", "deceased", None)
        return
    row.follow_up_id = follow_ups.capture(session, _need(row, snow_day, visits[0]), snow_day.declared_by)
    snow_day_rows.stands(session, row, "waiting", None, snow_day.declared_at + HELD_FOR)


def _need(row: SnowDayPatient, snow_day: SnowDay, visit: Appointment) -> Need:
    due_on = snow_day.day + ANOTHER_TIME_WITHIN.get(visit.visit_type, USUALLY_WITHIN)
    return Need(
        key=snow_day_rows.key_of(row), patient_id=row.patient_id, kind="book", owner="front_desk", due_on=due_on,
        appointment_id=visit.id,
    )  # fmt: skip


def _tell(session: Session, row: SnowDayPatient, snow_day: SnowDay, number: int | None) -> None:
    """By text if that may be, or by a person before the visit."""
    visits = snow_day_rows.called_off(session, row)
    patient = session.get_one(Patient, row.patient_id, populate_existing=True)
    point = session.get(ContactPoint, number, populate_existing=True) if number is not None else None
    facts = known.of_many(session, {patient.id: point.id})[patient.id] if point is not None else None
    told_another = point is not None and _told_another(session, row, point.id)
    decision = snow_days.judge(session, visits, patient, point, facts, told_another=told_another)
    if decision.state == "begun" and point is not None and not _opened(session, row, visits[0], patient, point.id):
        decision = Decision("task", "another_conversation")
    if decision.state == "begun":
        snow_day_rows.stands(session, row, "texted", None, clock.now() + AGAIN)
    elif decision.state == "waiting":
        snow_day_rows.stands(session, row, "waiting", decision.reason, decision.until or clock.now() + AGAIN)
    elif decision.state == "dropped":
        snow_day_rows.stands(session, row, "left", decision.reason, None)
    else:
        _give_to_person(session, row, snow_day, number, decision.reason)


def _told_another(session: Session, row: SnowDayPatient, number: int) -> bool:
    """Whether somebody else behind her number hears of this day by text."""
    query = select(SnowDayPatient.id).where(
        SnowDayPatient.snow_day_id == row.snow_day_id, SnowDayPatient.id != row.id,
        SnowDayPatient.patient_id.in_(contact_points.ids_behind(session, number)),
        SnowDayPatient.state.in_(("texted", "told")),
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None


def _opened(session: Session, row: SnowDayPatient, visit: Appointment, patient: Patient, number: int) -> bool:
    """What else the number was being asked gives way: its cadence asks again."""
    if (waits := conversations.waiting(session, number)) is not None:
        conversations.give_way(session, waits)
    talk = opening.open_one(session, opening.Opening(
        key=snow_day_rows.key_of(row), dialog=DIALOG, contact_point_id=number, patient=patient, appointment_id=visit.id,
        expires_at=visit.starts_at, follow_up_id=row.follow_up_id,
    ))  # fmt: skip
    if talk is not None and row.follow_up_id is not None:
        need = follow_ups.locked(session, row.follow_up_id)
        need.attempts += 1
        key = follow_ups.step_key(need, DIALOG)
        steps.keep(session, key, Decision("begun", "due"), talk, follow_up_id=need.id)
    return talk is not None


def _follow(session: Session, row: SnowDayPatient, snow_day: SnowDay, number: int | None) -> None:
    """What became of the text: she has it, or a person tells her before the visit."""
    text = session.execute(select(Outbound.id, Outbound.state).where(Outbound.key == snow_day_rows.key_of(row))).one()
    soon = clock.now() >= session.get_one(Appointment, row.appointment_id).starts_at - LAST_TEXT
    if text.state == "delivered" or (soon and text.state in ("accepted", "sent")):
        snow_day_rows.stands(session, row, "told", None, None)
    elif text.state in ("failed", "withheld") or soon:
        there = snow_day_rows.of_failed_text(text.id)
        _give_to_person(session, row, snow_day, number, "not_delivered", there)
    else:
        row.look_at = clock.now() + AGAIN


def _give_to_person(
    session: Session, row: SnowDayPatient, snow_day: SnowDay, number: int | None, reason: str,
    there: Sequence[str] = (),
) -> None:  # fmt: skip
    """A task to tell her; where a text that failed has made one it is told more, so that nobody calls twice. `there`:
    the keys of such."""
    note = (
        f"{snow_day.day:%A, %B} {snow_day.day.day} is called off. Tell the patient not to come, and find another time."
    )
    query = select(DeskItem).where(DeskItem.key.in_(there), DeskItem.state != "closed").with_for_update()
    for item in session.scalars(query):
        item.note = "\n".join(filter(None, (item.note, note)))
        break
    else:
        items.raise_task(
            session, f"{snow_day_rows.key_of(row)}:tell", "tell_snow_day", number, patient_id=row.patient_id,
            appointment_id=row.appointment_id, note=note, follow_up_id=row.follow_up_id,
        )  # fmt: skip
    snow_day_rows.stands(session, row, "call", reason, None)
