"""The practice of the demo is believable, complete, and put in once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app import clock, db, queue, sealing, settings
from app.cli.seed import seed as command
from app.demo import seed
from app.library import versions
from app.models.appointments import Appointment
from app.models.calls import OutgoingCall
from app.models.conversations import Conversation
from app.models.follow_ups import FollowUp
from app.models.patients import Patient
from app.models.records import Entry
from app.models.staff import Staff
from app.outreach import loops, reminders
from app.screens import leaks
from app.web import passwords
from tests.house import MONDAY_TEN, ObedientClock, house_settings

CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def at_any_hour(bare_database_url: str, request: pytest.FixtureRequest) -> Iterator[ObedientClock]:
    """An empty database, at ten past an hour of the day given by the test."""
    sealing.start("k1:" + "5a" * 32, "an index key of the tests, long enough to be one")
    settings.use(house_settings(DATABASE_URL=bare_database_url))
    db.start(bare_database_url)
    queue.start("redis://127.0.0.1:1/0")
    time = ObedientClock(MONDAY_TEN.replace(hour=getattr(request, "param", 10), minute=10))
    clock.use(time)
    yield time
    clock.use(None)
    settings.use(None)
    db.stop()


def _count(table: type[db.Base]) -> int:
    with db.reading("tests.count") as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_it_is_put_in_once(at_any_hour: ObedientClock) -> None:
    assert seed.seed()
    before = [_count(table) for table in (Patient, Staff, Appointment, Entry)]
    assert before[:2] == [20, 4]
    at_any_hour.passes(days=3)
    assert not seed.seed()
    assert [_count(table) for table in (Patient, Staff, Appointment, Entry)] == before


@pytest.mark.slow
@pytest.mark.parametrize("at_any_hour", [0, 3, 10, 23], indirect=True)
def test_patients_are_asked_at_whatever_hour_it_starts(at_any_hour: ObedientClock) -> None:
    seed.seed()
    proved = versions.prove(None)
    with db.transaction("tests.activate") as session:
        versions.activate(session, proved, "the tests")
    assert reminders.begin_due() >= 5
    with db.reading("tests.asked") as session:
        asked = set(session.scalars(select(Patient.name).join(Conversation)))
    assert {"Grace Kim", "Ana López", "Rosa Jiménez"} <= asked
    assert "William Bauer" not in asked
    with db.reading("tests.called") as session:
        called = session.scalars(select(Patient.name).join(OutgoingCall, OutgoingCall.patient_id == Patient.id)).all()
    assert called == ["Margaret O’Brien"]


@pytest.mark.parametrize("at_any_hour", [0, 23], indirect=True)
def test_appointments_lie_in_working_hours_of_the_next_days(at_any_hour: ObedientClock) -> None:
    seed.seed()
    today = clock.now().astimezone(CHICAGO).date()
    with db.reading("tests.hours") as session:
        starts = [at.astimezone(CHICAGO) for at in session.scalars(select(Appointment.starts_at))]
    assert all(8 <= at.hour < 17 for at in starts)
    assert {at.date() for at in starts} == {today + timedelta(days=each) for each in (-2, -1, 1, 2, 3)}


@pytest.mark.slow
@pytest.mark.parametrize("at_any_hour", [11], indirect=True)
def test_the_pages_about_follow_ups_have_something_to_show(at_any_hour: ObedientClock) -> None:
    """Each kind of matter, some of them asked at once, and one leak of each sort that the page counts."""
    seed.seed()
    with db.transaction("tests.activate") as session:
        versions.activate(session, versions.prove(None), "the tests")
    loops.look_due()
    with db.reading("tests.follow_ups") as session:
        kinds = set(session.scalars(select(FollowUp.kind)))
        asked = set(session.scalars(select(Patient.name).join(Conversation)))
        leaks_now = leaks.nobody_said(session).many, leaks.nobody_decided(session, CHICAGO.key).many
    assert kinds == {"check_in", "no_show", "recall_chronic", "callback", "lab", "referral", "book"}
    assert asked == {"Ellen Park", "Joseph Ruiz"}
    assert leaks_now == (1, 1)


def test_everyone_can_sign_in_as_printed(at_any_hour: ObedientClock) -> None:
    seed.seed()
    with db.reading("tests.staff") as session:
        stored = {row.username: row for row in session.scalars(select(Staff))}
    assert {person.role for person in seed.sign_ins()} == {"nurse", "front_desk", "manager", "auditor"}
    for person in seed.sign_ins():
        assert passwords.fits(person.password, stored[person.username].password_hash)


def test_the_phones_are_one_for_each_number_and_dialable(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "phones.json"
    seed.write_phones(path)
    phones = json.loads(path.read_text(encoding="utf-8"))
    assert len({each["number"] for each in phones}) == len(phones) == 21
    assert "Ana López and Sam López" in {each["label"] for each in phones}
    for each in phones:
        assert phonenumbers.is_possible_number(phonenumbers.parse(each["number"]))
        assert each["number"].startswith("+1202555")
        assert set(each) == {"number", "label", "kind"}


def test_it_never_goes_into_a_live_database(monkeypatch: pytest.MonkeyPatch) -> None:
    live = house_settings(HANDRAIL_MODE="live", PUBLIC_BASE_URL="https://handrail.example.org")
    settings.use(live)
    try:
        answer = CliRunner().invoke(command, [])
    finally:
        settings.use(None)
    assert answer.exit_code == 1
    assert "never go into a live database" in answer.output
