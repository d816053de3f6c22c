"""Taking a file in: all rows are looked at before the first is kept, each row whole, the same row never twice.

A fault anywhere keeps everything out. Then each row is a transaction of its own, so that texts of patients never wait
for a file; a run that was cut off is run again and goes on where it was.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points, db, people, sealing
from app.files import table
from app.files.records import KNOWN, NEEDED, Places, Record, meant
from app.files.values import Unclear
from app.models.appointments import Appointment
from app.models.follow_ups import Encounter
from app.models.imports import Imported
from app.models.patients import Patient, PatientNameIndex
from app.models.practice import Location, Practice, Provider
from app.outreach import agreeing, encounters, follow_ups, happened, loops, untold
from app.outreach.follow_ups import Need
from app.people import Details
from app.scheduling import booking

Ticking = Callable[[Iterable[tuple[int, Record]]], Iterable[tuple[int, Record]]]
CUT = "the row has too few or too many fields: a comma without quotes, or the file is cut off here."


@dataclass
class Looked:
    """What a file holds: rows to take in with their numbers, what is wrong by row, and how it was read."""

    records: list[tuple[int, Record]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    notes: Sequence[str] = ()


@dataclass
class Taken:
    """How many rows were new, changed something, stood here already, or say what cannot be here; and what people should
    know, by row."""

    new: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)


def look(kind: str, path: Path) -> Looked:
    """Look at every row. Raises table.NotATable."""
    found = table.read(path, NEEDED[kind], KNOWN[kind])
    looked = Looked(faults=[(number, CUT) for number in found.cut], notes=found.notes)
    with db.reading("intake.places") as session:
        places = _places(session)
    first: dict[str, int] = {}
    for number, row in found.rows:
        try:
            record = meant(kind, row, places)
            if record.key in first:
                raise Unclear(f"id: “{row['id']}” stands in row {first[record.key]} already.")
            first[record.key] = number
            looked.records.append((number, record))
        except Unclear as fault:
            looked.faults += ((number, each) for each in fault.sentences)
    looked.faults += _of_patients(looked.records)
    looked.faults.sort()
    return looked


def take(looked: Looked, staff_id: int, ticking: Ticking, welcome: int | None = None) -> Taken:
    """Take the rows in, in the name of a member of staff; `ticking` shows how far it is. `welcome`: patients who are
    new here agreed to texts, and so many of them are welcomed a day."""
    taken = Taken()
    with db.reading("intake.known") as session:
        known = dict(session.execute(select(Imported.key, Imported.digest)).all())
    for number, record in ticking(looked.records):
        if known.get(record.key) == _digest(record):
            taken.same += 1
            continue
        with db.transaction("intake.row") as session:
            told, left = _keep(session, record, staff_id, welcome)
        if left:
            taken.left += 1
        elif record.key in known:
            taken.changed += 1
        else:
            taken.new += 1
        if told:
            taken.told.append((number, told))
    return taken


def _places(session: Session) -> Places:
    locations = session.execute(select(Location.name, Location.id, Location.time_zone).order_by(Location.id)).all()
    providers = session.execute(select(Provider.name, Provider.id).order_by(Provider.id)).all()
    zone = session.scalar(select(Practice.time_zone).limit(1))
    if zone is None or not locations or not providers:
        raise table.NotATable("Describe the practice first: handrail practice describe, location and provider.")
    return Places(
        {name.casefold(): (row_id, there) for name, row_id, there in locations},
        {name.casefold(): row_id for name, row_id in providers},
        zone, follow_ups.today(session),
    )  # fmt: skip


def _of_patients(records: Sequence[tuple[int, Record]]) -> list[tuple[int, str]]:
    """Rows whose patient cannot be told from another one, here or in the file."""
    faults: list[tuple[int, str]] = []
    born: dict[tuple[frozenset[str], str | None], str] = {}
    with db.reading("intake.patients") as session:
        for number, record in records:
            if len(_found(session, record)) > 1:
                faults.append((number, "patient: two patients here have this name and birth date. Enter it by hand."))
            same = born.setdefault((frozenset(sealing.name_words(record.name)), record.phone), record.birth_date)
            if record.phone and same != record.birth_date:
                faults.append((number, "birth_date: another row has this name and number with another birth date."))
    return faults


def _found(session: Session, record: Record) -> list[Patient]:
    """Patients with just these name words and this birth date; asked by whole words, however many share their
    beginnings."""
    query = select(Patient)
    for index in sorted(sealing.search_indexes(record.name)):
        named = select(PatientNameIndex.patient_id).where(PatientNameIndex.word == index)
        query = query.where(Patient.id.in_(named))
    words = sealing.name_words(record.name)
    return [
        each for each in session.scalars(query.order_by(Patient.id))
        if each.birth_date == record.birth_date and sealing.name_words(each.name) == words
    ]  # fmt: skip


def _digest(record: Record) -> bytes:
    return sealing.blind_index(repr(record), "import")


def _keep(session: Session, record: Record, staff_id: int, welcome: int | None) -> tuple[str, bool]:
    """One row, whole; what people should know of it, and whether what it says was left undone."""
    patient_id, told = _patient(session, record, staff_id, welcome)
    loops.hold(session, patient_id)
    kept = session.scalars(select(Imported).where(Imported.key == record.key).with_for_update()).one_or_none()
    keep = _encounter if record.follows else _appointment
    target_id, against = keep(session, record, kept.target_id if kept else None, patient_id, staff_id)
    if kept is None:
        kept = Imported(key=record.key)
        session.add(kept)
    kept.target_id, kept.digest, kept.at = target_id, _digest(record), clock.now()
    session.flush()
    return " ".join(filter(None, (told, against))), bool(against)


def _patient(session: Session, record: Record, staff_id: int, welcome: int | None) -> tuple[int, str]:
    found = _found(session, record)
    if not found and record.phone is not None:
        contact_points.lock(session, record.phone)  # of two runs at once, one sees the other's patient
        found = _found(session, record)
    if not found:
        details = Details(name=record.name, birth_date=record.birth_date, language=record.language, time_zone=None)
        shared = bool(record.phone and people.find_by_number(session, record.phone))
        patient_id = people.add_patient(session, details, filter(None, [record.phone]), staff_id).id
        number = contact_points.first_of(session, patient_id)
        if welcome is not None and number is not None and not shared:
            agreeing.wish(session, patient_id, number, staff_id, "import", a_day=welcome)
        return patient_id, "The number is another patient's too: nobody can be sure who writes." if shared else ""
    patient = found[0]
    here = {str(point.number) for point in contact_points.of_patient(session, patient.id)}
    differs = record.phone is not None and record.phone not in here
    return patient.id, "The number is not among those that the patient has here, and was not added." if differs else ""


def _appointment(
    session: Session, record: Record, target_id: int | None, patient_id: int, staff_id: int
) -> tuple[int | None, str]:
    if target_id is None:
        if record.status == "cancelled":
            return None, ""
        if session.get_one(Patient, patient_id).deceased_on is not None and record.at > clock.now():
            return None, "The patient is recorded as deceased here: nothing was booked."
        visit = booking.book(
            session,
            patient_id,
            record.provider_id,
            record.location_id,
            record.at,
            staff_id,
            visit_type=record.visit_type,
        )
        happened.booked(session, patient_id)
    else:
        visit = session.get_one(Appointment, target_id, populate_existing=True)
        if told := _changed(session, visit, record, patient_id, staff_id):
            return visit.id, told
    if record.status in ("seen", "missed") and record.at <= clock.now():
        loops.came(session, visit.id, record.status, staff_id)
    return visit.id, ""


def _changed(session: Session, visit: Appointment, record: Record, patient_id: int, staff_id: int) -> str:
    """Bring an appointment that was taken in before to what the file says now; why not, if it cannot be."""
    if visit.patient_id != patient_id:
        return "It is another patient's here. Nothing was changed: look at both."
    if visit.state == "cancelled":
        return "" if record.status == "cancelled" else "It was cancelled here and is not booked again."
    if record.status == "cancelled":
        untold.cancel(session, visit.id, visit.version, staff_id)
        return ""
    stands = (visit.starts_at, visit.provider_id, visit.location_id)
    if stands != (record.at, record.provider_id, record.location_id):
        untold.move(session, visit.id, visit.version, record.at, record.provider_id, record.location_id, staff_id)
    return ""


def _encounter(
    session: Session, record: Record, target_id: int | None, patient_id: int, staff_id: int
) -> tuple[int | None, str]:
    if target_id is None:
        target_id = encounters.record(session, f"imported:{record.key}", patient_id, record.visit_type, record.at)
    if session.get_one(Encounter, target_id).patient_id != patient_id:
        return target_id, "It is another patient's here. Nothing was changed: look at both."
    if record.follows == "none":
        encounters.decide(session, target_id, "none_needed", staff_id)
    elif record.due_on is not None:
        owner = "nurses" if record.follows == "check_in" else "front_desk"
        need = Need(key=f"imported:{target_id}:{record.follows}", patient_id=patient_id, kind=record.follows,
                    owner=owner, due_on=record.due_on, encounter_id=target_id)  # fmt: skip
        follow_ups.capture(session, need, staff_id)
        encounters.decide(session, target_id, "captured", staff_id)
    return target_id, ""
