"""Who takes part in the journeys: the practice, its patients with their telephones, and its staff, signed in."""

from datetime import time
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, people
from app.library import versions
from app.models.cover import OpenHours
from app.models.practice import GoAhead, Location, Practice, Provider
from app.models.staff import SignIn, Staff
from app.people import Details
from app.scheduling import booking
from app.web import sign_ins
from tests.faults.crashes.practice import Practice as Running
from tests.faults.crashes.world import Notes
from tests.house import ZONE

ANAS, ROSAS, STRANGERS = "+12025550101", "+12025550102", "+12025550199"
STAFF = {"nora": "nurse", "fran": "front_desk", "mia": "manager"}


@cache
def proved_dialogs() -> versions.Proved:
    """Proved once, by the process that all others are forked from: it takes a second."""
    return versions.prove(None)


def fill() -> Notes:
    """The practice on the morning on which all journeys begin."""
    with db.transaction("tests.fill") as session:
        practice = Practice(name="Lakeside Clinic", time_zone=ZONE.key, quiet_until=time(8), quiet_from=time(20))
        session.add(practice)
        session.flush()
        session.add_all([
            Location(practice_id=practice.id, name="Main Street", time_zone=ZONE.key), Provider(name="Dr. Chen"),
            *(OpenHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7)),
        ])  # fmt: skip
        session.add(GoAhead(practice_id=practice.id, basis="written", given_at=clock.now()))
        versions.activate(session, proved_dialogs(), "the tests")
        notes: Notes = {name: _sign_in(session, name, role) for name, role in STAFF.items()}
        notes["ana"] = _patient(session, "Ana López", ANAS, "en")
        notes["rosa"] = _patient(session, "Rosa Jiménez", ROSAS, "es")
        return notes


def book(running: Running, patient_id: int, days: int = 1, hour: int = 15) -> int:
    """An appointment; its id."""
    with db.transaction("tests.book") as session:
        return booking.book(session, patient_id, 1, 1, running.on(days, hour), None).id


def _patient(session: Session, name: str, number: str, language: str) -> int:
    details = Details(name=name, birth_date="1961-02-03", language=language, time_zone=None)
    return people.add_patient(session, details, [number], None).id


def _sign_in(session: Session, name: str, role: str) -> tuple[str, str]:
    """The cookie and the form token of somebody who is signed in."""
    person = Staff(username=name, name=name.capitalize(), role=role, password_hash="-", created_at=clock.now())
    session.add(person)
    session.flush()
    token = sign_ins.begin(session, person.id)
    csrf = session.scalars(select(SignIn.csrf_token).where(SignIn.staff_id == person.id)).one()
    return token, csrf
