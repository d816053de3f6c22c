"""Calling a day off: whom it concerns and who can be told by text, the row that says so, taking it back (H43, H52).

A person chooses the day, and one provider or place if it is not the whole practice; sees whom it concerns; and types
how many patients that are. The row and its patients are one transaction; the rest is done patient by patient
(app.outreach.called_off), by whoever comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, timeline
from app.library import versions
from app.models.appointments import Appointment
from app.models.patients import ContactPoint, Patient
from app.models.practice import Location
from app.models.snow_days import SnowDay, SnowDayPatient
from app.outreach import askable, known, pauses, snow_day_slots
from app.outreach.askable import Decision
from app.outreach.known import Known
from app.outreach.snow_day_slots import Wanted

DIALOG = "snow_day"
MOST = 200
"""Patients of one snow day; of a larger practice one provider or place after the other."""
FURTHEST = timedelta(days=7)
HELD_FOR = timedelta(minutes=2)
"""Texts leave only then, so that a slip costs nobody anything."""
UNDONE_WITHIN = timedelta(minutes=15)
LAST_TEXT = timedelta(hours=1)
"""Before her visit; whoever cannot be texted by then may be on her way, and is called."""
CALLED_FROM = timedelta(hours=12)
"""Before her visit, where nobody knows when a text may go: the front desk needs the time to call."""


class SnowDayRefused(Exception):
    """It cannot be called off so; the message is a sentence for the person at the screen."""


@dataclass(frozen=True)
class Concerned:
    """A patient with her visits of that day, the first in front, and what would become of telling her now."""

    patient: Patient
    visits: Sequence[Appointment]
    decision: Decision


def concerned(session: Session, wanted: Wanted) -> list[Concerned]:
    """Whom it would concern now, the soonest visit first."""
    by_patient: dict[int, list[Appointment]] = {}
    for visit in visits_on(session, wanted):
        by_patient.setdefault(visit.patient_id, []).append(visit)
    numbers = contact_points.firsts_of(session, by_patient)
    reached: set[int] = set()
    facts = known.of_many(session, numbers)
    found = []
    for patient_id, visits in by_patient.items():
        patient, number = session.get_one(Patient, patient_id), numbers.get(patient_id)
        point = session.get(ContactPoint, number) if number is not None else None
        decision = judge(session, visits, patient, point, facts.get(patient_id), told_another=number in reached)
        if decision.state in ("begun", "waiting") and number is not None:
            reached.add(number)
        found.append(Concerned(patient, visits, decision))
    return found


def visits_on(session: Session, wanted: Wanted, patient_id: int | None = None) -> list[Appointment]:
    """Booked visits of that day that still lie ahead, the soonest first."""
    noon = datetime.combine(wanted.day, time(12), tzinfo=UTC)
    around = Appointment.starts_at.between(noon - timedelta(days=2), noon + timedelta(days=2))
    query = select(Appointment, Location.time_zone).join(Location, Location.id == Appointment.location_id).where(
        Appointment.state == "booked", Appointment.starts_at > clock.now(), around
    )  # fmt: skip
    for column, value in (
        (Appointment.provider_id, wanted.provider_id),
        (Appointment.location_id, wanted.location_id),
        (Appointment.patient_id, patient_id),
    ):
        if value is not None:
            query = query.where(column == value)
    rows = session.execute(query.order_by(Appointment.starts_at, Appointment.id)).all()
    return [visit for visit, zone in rows if visit.starts_at.astimezone(ZoneInfo(zone)).date() == wanted.day]


def judge(
    session: Session, visits: Sequence[Appointment], patient: Patient, point: ContactPoint | None,
    found: Known | None, *, told_another: bool,
) -> Decision:  # fmt: skip
    """Whether she is told by text now, later, or by a person, and why; decided once more as the text leaves (P9).
    `told_another`: somebody else behind her number is told of this day by text, and one question is asked at a time."""
    if patient.deceased_on is not None:
        return Decision("dropped", "deceased")
    if patient.do_not_contact:
        return Decision("task", "do_not_contact")
    if point is None or found is None:
        return Decision("task", "no_number")
    if DIALOG not in versions.in_force(session).dialogs:
        return Decision("task", "no_such_text")
    if told_another:
        return Decision("task", "shared_number")
    if _comes_anyway(session, visits):
        return Decision("task", "another_visit")
    return _by_text(found, patient, point, visits[0].starts_at)


def _by_text(found: Known, patient: Patient, point: ContactPoint, starts_at: datetime) -> Decision:
    """Now, or when it may go if that is early enough before her visit."""
    now = clock.now()
    if starts_at - now < LAST_TEXT:
        return Decision("task", "too_late")
    wait = askable.not_at_all(found, patient, point, rings=False)
    wait = wait or askable.not_now(found, patient, now, pauses.REMINDERS)
    if wait is None or wait.state != "waiting":
        return wait or Decision("begun", "due")
    too_late = starts_at - now < CALLED_FROM if wait.until is None else wait.until > starts_at - LAST_TEXT
    return Decision("task", wait.reason) if too_late else wait


def _comes_anyway(session: Session, visits: Sequence[Appointment]) -> bool:
    """Whether she has another visit that day which stands: then no text may say that she need not come."""
    first = visits[0]
    zone = session.scalars(select(Location.time_zone).where(Location.id == first.location_id)).one()
    that_day = Wanted(first.starts_at.astimezone(ZoneInfo(zone)).date())
    ids = {each.id for each in visits}
    return any(each.id not in ids for each in visits_on(session, that_day, first.patient_id))


def declare(
    session: Session, key: str, wanted: Wanted, reason: str, patients: int, staff_id: int
) -> int:  # fmt: skip
    """Call it off; its id, the same again for the same form. `patients`: how many she was shown and typed. Raises
    SnowDayRefused, and then nothing was called off."""
    now, actor = clock.now(), timeline.by_staff(staff_id)
    row_id = db.put(session, SnowDay, {
        "key": key, "day": wanted.day, "scope": wanted.scope, "provider_id": wanted.provider_id,
        "location_id": wanted.location_id, "reason": reason, "declared_by": staff_id, "declared_at": now,
    })  # fmt: skip
    if row_id is None:
        before = session.scalar(select(SnowDay.id).where(SnowDay.key == key))
        if before is None:
            raise SnowDayRefused("Somebody has called this day off already; it stands below.")
        return before
    first: dict[int, int] = {}
    for visit in visits_on(session, wanted):
        first.setdefault(visit.patient_id, visit.id)
    if len(first) != patients:
        raise SnowDayRefused(f"It concerns {len(first)} now, not {patients}. Please look again, and type that number.")
    if not 0 < patients <= MOST:
        raise SnowDayRefused(f"Between 1 and {MOST} patients at once: please choose one provider or one place.")
    for patient_id, visit_id in first.items():
        db.put(session, SnowDayPatient, {
            "snow_day_id": row_id, "patient_id": patient_id, "appointment_id": visit_id, "state": "listed",
            "look_at": now, "decided_at": now,
        })  # fmt: skip
    snow_day_slots.take_down(session, wanted)
    timeline.append(
        session, timeline.of_staff(staff_id), "snow_day_declared", actor, words=reason, snow_day=row_id,
        day=wanted.day.isoformat(), patients=patients,
    )  # fmt: skip
    return row_id


def undo(session: Session, snow_day_id: int, staff_id: int) -> bool:
    """It was a mistake: the visits are put back, and who was told is called. False when it is too late for that, or was
    said already."""
    now = clock.now()
    won = db.changed(
        session,
        update(SnowDay)
        .where(SnowDay.id == snow_day_id, SnowDay.undone_at.is_(None), SnowDay.declared_at > now - UNDONE_WITHIN)
        .values(undone_at=now, undone_by=staff_id),
    )
    if won:
        session.execute(update(SnowDayPatient).where(SnowDayPatient.snow_day_id == snow_day_id).values(look_at=now))
        stream, actor = timeline.of_staff(staff_id), timeline.by_staff(staff_id)
        timeline.append(session, stream, "snow_day_undone", actor, snow_day=snow_day_id)
    return won
