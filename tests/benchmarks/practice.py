"""A practice of a few thousand patients, each of whom has just been asked to confirm an appointment."""

from datetime import datetime, time, timedelta

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app import clock, contact_points, db, queue, schema, starting
from app.library import versions
from app.models.outbox import Outbound
from app.models.patients import Patient
from app.models.practice import GoAhead, Location, Practice, Provider
from app.scheduling import booking
from app.settings import Settings
from app.talk import opening
from tests.benchmarks.texts import number
from tests.house import ZONE

AT_ONCE = 200
ALL_DAY = time(0)
NAMES = ("Ana López", "Grace Kim", "Héctor Salinas", "Margaret O’Brien", "Dwayne Carter", "Thanh Nguyen")
# Beyond the cadence's first step, so that the ticker of the benchmark asks nobody by itself.
DAYS_AHEAD = 4


def seed(settings: Settings, patients: int) -> None:
    """Fill the empty database of `settings` by the app's own verbs; every question counts as delivered a moment ago."""
    starting.start(settings)
    queue.start("redis://127.0.0.1:1/0")  # nobody is to hear of these questions
    schema.migrate()
    proved = versions.prove(None)
    with db.transaction("benchmarks.practice") as session:
        _practice(session, proved)
    starts_at = clock.now() + timedelta(days=DAYS_AHEAD)
    for first in range(0, patients, AT_ONCE):
        with db.transaction("benchmarks.patients") as session:
            for place in range(first, min(first + AT_ONCE, patients)):
                _patient(session, place, starts_at)
    with db.transaction("benchmarks.asked") as session:
        now = clock.now()
        session.execute(update(Outbound).values(state="delivered", claimed_at=now, sent_at=now, ended_at=now))
    if db.engine().dialect.name == "postgresql":
        _know_the_tables()
    db.stop()


def _know_the_tables() -> None:
    """What the server does by itself within a minute (autovacuum); until then it reads all patients for each text."""
    with db.engine().begin() as connection:
        connection.execute(text("ANALYZE"))


def _practice(session: Session, proved: versions.Proved) -> None:
    practice = Practice(name="Lakeside Clinic", time_zone=ZONE.key, quiet_until=ALL_DAY, quiet_from=ALL_DAY)
    session.add(practice)
    session.flush()
    session.add(Location(practice_id=practice.id, name="Main Street", time_zone=ZONE.key))
    session.add_all([Provider(name="Dr. Helen Okafor"), Provider(name="Dr. Miguel Torres")])
    session.flush()
    session.add(GoAhead(practice_id=practice.id, basis="written", given_at=clock.now()))
    versions.activate(session, proved, "the benchmark")


def _patient(session: Session, place: int, starts_at: datetime) -> None:
    row = Patient(
        name=NAMES[place % len(NAMES)], birth_date="1961-02-03", language="en" if place % 4 else "es",
        version=1, do_not_contact=False, created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    contact_points.index_name(session, row)
    point_id = contact_points.attach(session, row.id, number(place), None)
    visit = booking.book(session, row.id, 1 + place % 2, 1, starts_at, None)
    opening.open_one(session, opening.Opening(
        key=f"benchmark:{place}", dialog="confirm", contact_point_id=point_id, patient=row,
        appointment_id=visit.id, expires_at=starts_at,
    ))  # fmt: skip
