"""A practice with tens of thousands of patients: each has a past, a visit to come and an open follow-up."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from app import clock, db, queue, schema, sealing, starting
from app.db import Base
from app.library import versions
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation
from app.models.follow_ups import FollowUp
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient, PatientContactPoint
from app.models.practice import GoAhead, Location, Practice, Provider
from app.settings import Settings
from tests.benchmarks.practice import ALL_DAY, NAMES
from tests.benchmarks.texts import number
from tests.house import ZONE

AT_ONCE = 500
KINDS = ("book", "lab", "referral", "recall_chronic", "recall_lapsed")
TABLES: tuple[type[Base], ...] = (
    Patient, ContactPoint, PatientContactPoint, FollowUp, Appointment, Conversation, OutreachStep, Outbound,
)  # fmt: skip
ASKED = ("visits", "follow-ups")
"""About what the due ones are asked."""


def seed(settings: Settings, patients: int, due: int, redis_url: str) -> None:
    """Fill the empty database of `settings`: of the panel every nth is due, `due` of them by a visit in two days and as
    many others by a follow-up of today."""
    starting.start(settings)
    queue.start(redis_url)
    schema.migrate()
    proved = versions.prove(None)
    with db.transaction("benchmarks.practice") as session:
        practice = Practice(name="Lakeside Clinic", time_zone=ZONE.key, quiet_until=ALL_DAY, quiet_from=ALL_DAY)
        session.add_all([practice, Provider(name="Dr. Helen Okafor"), Provider(name="Dr. Miguel Torres")])
        session.flush()
        session.add(Location(practice_id=practice.id, name="Main Street", time_zone=ZONE.key))
        session.add(GoAhead(practice_id=practice.id, basis="written", given_at=clock.now()))
        versions.activate(session, proved, "the benchmark")
    apart = patients // (len(ASKED) * due)
    now = clock.now().replace(microsecond=0)
    for first in range(1, patients + 1, AT_ONCE):
        rows: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in TABLES}
        for place in range(first, min(first + AT_ONCE, patients + 1)):
            asked, left = divmod(place, apart)
            about = ASKED[asked % len(ASKED)] if left == 0 and asked <= len(ASKED) * due else ""
            for table, row in _patient(place, about, now):
                rows[table].append(row)
        with db.engine().begin() as connection:
            for table, some in rows.items():
                connection.execute(insert(table), some)
    if db.engine().dialect.name == "postgresql":
        _catch_up()
    db.stop()


def _catch_up() -> None:
    """New ids come after those that were given; and the server knows its tables, as autovacuum sees to by itself."""
    with db.engine().begin() as connection:
        for table in TABLES:
            name = table.__tablename__
            highest = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"  # noqa: S608
            connection.execute(text(highest))
        connection.execute(text("ANALYZE"))


def _patient(place: int, about: str, now: datetime) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """One of the panel, with ids of her place in it."""
    then, language = now - timedelta(days=40 + place % 300), "en" if place % 4 else "es"
    e164 = number(place)
    yield Patient, {"id": place, "name": NAMES[place % len(NAMES)], "birth_date": "1961-02-03", "language": language,
                    "version": 1, "do_not_contact": False, "created_at": then}  # fmt: skip
    yield ContactPoint, {"id": place, "number": e164, "number_index": sealing.number_index(e164), "created_at": then}
    yield PatientContactPoint, {"id": place, "patient_id": place, "contact_point_id": place, "position": 1,
                                "attached_at": then}  # fmt: skip
    past, ahead = then + timedelta(days=2), now + timedelta(days=5 + place % 80, minutes=place % 400)
    starts_at = now + timedelta(hours=47, seconds=place % 3000) if about == "visits" else ahead
    for row_id, at, seen in ((2 * place, past, True), (2 * place + 1, starts_at, False)):
        yield Appointment, {
            "id": row_id, "patient_id": place, "provider_id": 1 + place % 2, "location_id": 1, "starts_at": at,
            "state": "booked", "confirmed_at": then if seen else None, "attended": "seen" if seen else None,
            "visit_type": "routine", "version": 1, "created_at": then - timedelta(days=1),  # it answers no follow-up
        }  # fmt: skip
    talk = {"conversation_id": place, "contact_point_id": place, "patient_id": place, "appointment_id": 2 * place}
    yield Conversation, {
        "id": place, **{name: value for name, value in talk.items() if name != "conversation_id"},
        "appointment_version": 1, "dialog": "confirm", "dialog_version": 1, "channel": "sms", "language": language,
        "state": "ended", "ended_as": "confirmed", "asked_at": then, "answer_by": past, "created_at": then,
    }  # fmt: skip
    yield OutreachStep, {"id": place, "key": f"confirm:{2 * place}:v1:48h", "appointment_id": 2 * place,
                         "state": "begun", "reason": "due", "conversation_id": place, "decided_at": then}  # fmt: skip
    yield Outbound, {
        "id": place, "key": f"panel:{place}", "message_class": "outreach", "priority": 2, "channel": "sms", **talk,
        "body": "Your visit at Lakeside Clinic.", "segments": 1, "language": language, "text_name": "confirm/ask",
        "state": "delivered", "token": secrets.token_urlsafe(24), "not_before": then, "created_at": then,
        "claimed_at": then, "sent_at": then, "ended_at": then, "appointment_version": 1,
    }  # fmt: skip
    if about != "visits":
        due_now = about == "follow-ups"
        due_on = (now - timedelta(days=1) if due_now else ahead).astimezone(ZONE).date()
        yield FollowUp, {
            "id": place, "key": f"panel:{place}", "patient_id": place, "kind": KINDS[place % len(KINDS)],
            "owner": "front_desk", "due_on": due_on, "look_at": now if due_now else ahead, "attempts": 0,
            "disposition": "waiting", "disposed_at": then, "created_at": then, "version": 1,
        }  # fmt: skip
