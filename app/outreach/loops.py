"""The follow-up loop: what is due reaches a person, and what has happened closes by itself (P6, P7).

Every open follow-up is looked at when its time has come. It is closed when the thing has happened, ends or pauses with
its patient, and is otherwise somebody's: it never stands there without a day to come or a task on the desk.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db
from app.models.appointments import Appointment
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import ContactPoint, Patient
from app.outreach import encounters, follow_ups, gathered, happened, pursuit
from app.outreach.follow_ups import Need
from app.outreach.gathered import Matter
from app.upkeep import restorations
from escalation_desk import items
from escalation_desk.models import DeskItem

AT_ONCE = 1000
"""Some two seconds of work: the ticker's other duties wait for no more (docs/measurements.md)."""
TOGETHER = 25
"""So many in one transaction: what is asked of the record is asked once for all of them, and a patient who texts waits
for less than a tenth of a second."""
WITH_A_PERSON = timedelta(minutes=15)  # how often it is looked at whether a task still stands for it
CHECKED_AFTER = ("procedure", "acute")
"""Kinds of visits after which somebody asks how it is, without anybody's noting it."""
MISSED = "missed:{}"  # the key of what a missed visit asks for
PAUSED = timedelta(days=1)
ASKED_AGAIN_AFTER = timedelta(days=7)
"""A task that was closed while its follow-up stays open: after this somebody is asked how it goes on."""


def look_due() -> int:
    """Take every follow-up whose time has come one step further; returns how many. None in a restored database that was
    not compared yet."""
    with db.reading("loops.due") as session:
        if restorations.held(session):
            return 0
        due = select(FollowUp.id).where(FollowUp.disposition.in_(OPEN), FollowUp.look_at <= clock.now())
        ids = session.scalars(due.order_by(FollowUp.look_at, FollowUp.id).limit(AT_ONCE)).all()
    return sum(
        apart.together("follow_ups_apart", ids[start : start + TOGETHER], _look_together, _look)
        for start in range(0, len(ids), TOGETHER)
    )


def came(
    session: Session, appointment_id: int, how: str, staff_id: int,
    before: Collection[str | None] = encounters.ANYTHING,
) -> bool:  # fmt: skip
    """Its patient was `seen`, which asks for a decision what follows, or `missed` it, which is a follow-up by itself;
    what the contrary has begun ends. False when that was said already, or none of `before`."""
    hold(session, session.scalars(select(Appointment.patient_id).where(Appointment.id == appointment_id)).one())
    if not encounters.attended(session, appointment_id, how, staff_id, before):
        return False
    visit = session.get_one(Appointment, appointment_id)
    (_was_seen if how == "seen" else _did_not_come)(session, visit, staff_id)
    return True


def _was_seen(session: Session, visit: Appointment, staff_id: int) -> None:
    encounter_id = encounters.of_appointment(session, visit)
    if visit.visit_type in CHECKED_AFTER:
        checks = Need(key=f"check_in:{encounter_id}", patient_id=visit.patient_id, kind="check_in",
                      owner="nurses", due_on=follow_ups.today(session), encounter_id=encounter_id)  # fmt: skip
        follow_ups.capture(session, checks, staff_id)
    for row in follow_ups.open_of(session, visit.patient_id, ("no_show",)):
        if row.key == MISSED.format(visit.id):
            follow_ups.stands(session, row, "mistake", staff_id)


def _did_not_come(session: Session, visit: Appointment, staff_id: int) -> None:
    encounter_id = encounters.made_of(session, visit)
    if encounter_id is not None:
        encounters.decide(session, encounter_id, "none_needed", staff_id)
        for row in follow_ups.open_of(session, visit.patient_id, ("check_in",)):
            if row.encounter_id == encounter_id:
                follow_ups.stands(session, row, "mistake", staff_id)
    need = Need(key=MISSED.format(visit.id), patient_id=visit.patient_id, kind="no_show", owner="front_desk",
                due_on=follow_ups.today(session), appointment_id=visit.id)  # fmt: skip
    follow_ups.capture(session, need, staff_id)


def cancelled(session: Session, appointment_id: int) -> None:
    """A visit is not to be any more: the needs that it had answered are open again, unless another one answers them."""
    rows = follow_ups.closed_by(session, appointment_id)
    answers = follow_ups.answering_visits(session, rows)
    for row in rows:
        follow_ups.stands(session, row, "waiting", reason="visit_cancelled")
        follow_ups.look_again(session, row, clock.now())
        happened.close_if(session, row, answers.get(row.id))


def end_all(session: Session, patient_id: int, disposition: str, staff_id: int) -> None:
    """Nothing follows any more, as when a patient has died."""
    for row in follow_ups.open_of(session, patient_id):
        follow_ups.stands(session, row, disposition, staff_id)


def look_at_all(session: Session, patient_id: int) -> None:
    """Whether she may be contacted has changed: her follow-ups pause, or go on."""
    for row in follow_ups.open_of(session, patient_id):
        _follow_patient(session, row, session.get_one(Patient, patient_id, populate_existing=True))


def give_to_people(session: Session, patient_ids: Sequence[int], reason: str) -> None:
    """What is open for these patients is a person's from now on: nobody knows what was asked already."""
    for patient_id in patient_ids:
        for row in follow_ups.open_of(session, patient_id):
            if row.disposition == "waiting":
                _give_to_person(session, row, contact_points.first_of(session, patient_id), row.note, reason)


def close(
    session: Session, follow_up_id: int, version: int, disposition: str, staff_id: int, words: str | None
) -> bool:  # fmt: skip
    """A person ends a follow-up. False when it changed since the page was opened."""
    row = _as_seen(session, follow_up_id, version)
    if row is not None:
        happened.end_talk(session, row, "done_meanwhile")
        follow_ups.stands(session, row, disposition, staff_id, words=words)
    return row is not None


def try_again(
    session: Session, follow_up_id: int, version: int, due_on: date, staff_id: int, words: str | None
) -> bool:  # fmt: skip
    """A person has tried and gives it another day. False when it changed since the page was opened."""
    row = _as_seen(session, follow_up_id, version)
    if row is not None:
        happened.end_talk(session, row, "done_meanwhile")
        follow_ups.pursue_from(session, row, due_on, staff_id, words)
    return row is not None


def _as_seen(session: Session, follow_up_id: int, version: int) -> FollowUp | None:
    """The open row, locked after its number, if nobody has changed it since."""
    patient_id = session.scalars(select(FollowUp.patient_id).where(FollowUp.id == follow_up_id)).one()
    hold(session, patient_id)
    row = follow_ups.locked(session, follow_up_id)
    return row if row.is_open and row.version == version else None


def hold(session: Session, patient_id: int) -> int | None:
    """The number to try first, locked before anything else of the patient is."""
    number = contact_points.first_of(session, patient_id)
    return session.scalar(select(ContactPoint.id).where(ContactPoint.id == number).with_for_update(key_share=True))


def _look_together(ids: Sequence[int]) -> dict[int, bool]:
    with db.transaction("loops.together") as session:
        found = gathered.gather(session, ids, wait=False)
        for matter in found:
            _step(session, matter)
    return {matter.row.id: True for matter in found}


def _look(follow_up_id: int) -> bool:
    give_up = partial(_give_up, follow_up_id)
    with apart.Alone("follow_up_failed", follow_up_id, give_up), db.transaction("loops.look") as session:
        for matter in gathered.gather(session, [follow_up_id], wait=True):
            _step(session, matter)
        return True
    return False


def _give_up(follow_up_id: int) -> None:
    """It cannot be worked out: a person has it, or at least the log, if not even that could be written."""
    with apart.Alone("follow_up_not_given_up", follow_up_id), db.transaction("loops.failed") as session:
        row = follow_ups.locked(session, follow_up_id)
        _give_to_person(session, row, None, note=None)
        follow_ups.look_again(session, row, clock.now() + PAUSED)


def _step(session: Session, matter: Matter) -> None:
    """One follow-up, as the rows stand now."""
    row = matter.row
    if not row.is_open or happened.close_if(session, row, matter.answered_by):
        return
    if _follow_patient(session, row, matter.patient):
        return
    until = _in_hands_until(matter) or _pursue(session, matter)
    if row.is_open:
        row.look_at = until


def _pursue(session: Session, matter: Matter) -> datetime:
    """The next step of its cadence; what it cannot go on with is a person's. When it is looked at again."""
    row = matter.row
    found = pursuit.go_on(session, matter) if row.disposition == "waiting" else pursuit.Next(None)
    if found.look_at is not None:
        return found.look_at
    if found.reason == "answered" and (end := pursuit.ended_by(matter)) is not None:
        follow_ups.stands(session, row, end)
    elif matter.has_open_task:  # as when the answer made one
        follow_ups.stands(session, row, "with_person", reason=found.reason or None)
    else:
        number = matter.point.id if matter.point is not None else None
        _give_to_person(session, row, number, note=row.note, reason=found.reason or None)
    return clock.now() + WITH_A_PERSON


def _follow_patient(session: Session, row: FollowUp, patient: Patient) -> bool:
    """It ends with a patient who has died, and stands still while she is not to be contacted."""
    if patient.deceased_on is not None:
        happened.end_talk(session, row, "deceased")
        follow_ups.stands(session, row, "deceased")
        return True
    if patient.do_not_contact:
        if row.disposition != "paused":
            follow_ups.stands(session, row, "paused", reason="do_not_contact")
        follow_ups.look_again(session, row, clock.now() + PAUSED)
        return True
    if row.disposition == "paused":
        follow_ups.stands(session, row, "waiting")
        follow_ups.look_again(session, row, clock.now())
    return False


def _in_hands_until(matter: Matter) -> datetime | None:
    """Until when a task answers for it: an open one until it is looked at again, one that was closed for some days."""
    if matter.row.disposition != "with_person":
        return None
    now = clock.now()
    if matter.has_open_task:
        return now + WITH_A_PERSON
    closed_at = max((task.closed_at for task in matter.tasks if task.closed_at is not None), default=None)
    return closed_at + ASKED_AGAIN_AFTER if closed_at is not None and closed_at + ASKED_AGAIN_AFTER > now else None


def _give_to_person(
    session: Session, row: FollowUp, point_id: int | None, note: str | None, reason: str | None = None
) -> None:
    """A task on its owner's list; one for each time that one is needed."""
    times = session.scalar(select(func.count()).where(DeskItem.follow_up_id == row.id)) or 0
    items.raise_task(
        session, f"follow_up:{row.id}:v{row.version}:{times + 1}", f"follow_up_{row.kind}", point_id,
        list_name="nurses" if row.owner == "nurses" else "front_desk", patient_id=row.patient_id, note=note,
        appointment_id=row.appointment_id, follow_up_id=row.id,
    )  # fmt: skip
    if row.disposition != "with_person":
        follow_ups.stands(session, row, "with_person", reason=reason)
