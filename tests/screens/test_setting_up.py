"""Nothing that we begin leaves before a manager has opened sending, which she can once all is there (P9, H49)."""

from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import delete, select

from app import clock, db, schema
from app.library import versions
from app.models.appointments import OutreachStep
from app.models.cover import OpenHours
from app.models.practice import GoAhead
from app.models.records import Entry, LibraryVersion
from app.outreach import welcomes
from app.outreach.agreeing import wish
from app.upkeep import doctor
from escalation_desk.models import DeskItem
from tests.follow_ups.capturing import captured
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import Browser, signed_in_again, words_of

WHERE = {"basis": "both", "kept": "Intake form, in each chart"}


@pytest.fixture
def new(house: House) -> House:
    """A practice for which nobody has opened sending."""
    with db.transaction("tests.new") as session:
        session.execute(delete(GoAhead))
    return house


def test_only_what_patients_begin_is_answered_until_a_manager_opens_sending(
    new: House, manager: Browser, nora: Colleague, fran: Colleague, ana: Person, rosa: Person
) -> None:
    """No reminder, no follow-up, no welcome; the hand-off goes (P1). Each place says why; then all begins."""
    visit(new, ana, days=2, hour=14)
    follow_up = captured(new, rosa, fran, "lab", 1)
    new.tick()
    new.becomes(new.on(1, 10, 1))
    ana.nothing_more()
    assert {(row.state, row.reason) for row in new.rows(OutreachStep)} == {("waiting", "not_opened")}
    manager = signed_in_again(new, manager.staff_id)
    today = words_of(manager.opens("/outreach"))
    assert "The practice is not set up for texts yet. No reminder, follow-up or offer leaves" in today
    assert today.count("The practice is not set up for texts yet") == 3, "above all, and beside both"
    assert "the practice is not set up for texts yet" in words_of(manager.opens(f"/follow-ups/{follow_up}")).lower()
    assert any("not opened" in line.sentence for line in doctor._sending(new.settings))
    rosa.nothing_more()
    rosa.texts("me duele el pecho")
    rosa.reads("911")
    assert manager.sends("/outreach/set-up", **WHERE) == "/outreach/set-up"
    page = words_of(manager.opens("/outreach/set-up"))
    assert "Consent and go-ahead: there. Mia opened sending" in page
    assert "Some signed it, others told us so and we noted it. Kept: Intake form, in each chart" in page
    new.passes(minutes=1)
    ana.reads("your visit is")
    assert not any("not opened" in line.sentence for line in doctor._sending(new.settings))


def test_what_was_written_before_waits_too_and_a_visit_is_called_in_time(
    new: House, manager: Browser, nora: Colleague, ana: Person
) -> None:
    """As with a pause: decided as a text leaves, and whoever no text may ask is a person's before the visit."""
    visit(new, ana, days=1, hour=20)
    with db.transaction("tests.wish") as session:
        wish(session, ana.patient_id or 0, 1, manager.staff_id)
    new.tick()
    assert welcomes.begin_due() == 0
    new.becomes(new.on(1, 11))
    ana.nothing_more()
    assert [item.reason for item in new.rows(DeskItem)] == ["confirm_by_phone_not_opened"]


def test_it_is_opened_only_when_all_is_there_and_only_by_a_manager(
    new: House, manager: Browser, front_desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says what is missing; the same button twice opens it once, and it is recorded with the words."""
    with db.transaction("tests.take_away") as session:
        session.execute(delete(OpenHours))
        session.execute(delete(LibraryVersion).where(LibraryVersion.name == "no_show"))
    monkeypatch.setattr(versions, "_newest", None)  # as a process that starts afterwards
    page = words_of(manager.opens("/outreach/set-up"))
    for sentence in (
        "Practice: there", "No nurse has an account", "hours at which the desk is staffed are missing",
        "nobody would read what a patient answers", "“no_show”", "Sending can be opened here once",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert "Nothing was opened" in words_of(manager.sends("/outreach/set-up", 409, **WHERE))
    front_desk.sends("/outreach/set-up", 403, **WHERE)
    refused = words_of(manager.sends("/outreach/set-up", 422, basis="earlier", kept="x" * 201))
    assert "Please choose how patients have agreed" in refused
    assert "This has 201 characters" in refused
    assert new.rows(GoAhead) == []


def test_a_go_ahead_is_given_once(new: House, manager: Browser, nora: Colleague, fran: Colleague) -> None:
    manager.sends("/outreach/set-up", **WHERE)
    assert "Somebody has opened sending already" in words_of(manager.sends("/outreach/set-up", 409, **WHERE))
    (given,) = new.rows(GoAhead)
    assert (given.given_by, given.basis, given.kept) == (manager.staff_id, "both", WHERE["kept"])
    with db.reading("tests.told") as session:
        assert len(session.scalars(select(Entry.position).where(Entry.kind == "go_ahead_given")).all()) == 1


@pytest.mark.parametrize("texted", [True, False])
def test_whoever_texted_patients_before_the_upgrade_stays_open(house: House, ana: Person, *, texted: bool) -> None:
    """An upgrade stops nobody's reminders; an installation that never began a talk is opened by a manager."""
    if texted:
        visit(house, ana)
        house.tick()
        ana.reads("Reply 1")
    before = clock.now()
    command.downgrade(schema._config(), "0032")
    schema.migrate()
    assert [(row.basis, row.given_by) for row in house.rows(GoAhead)] == [("earlier", None)] * texted
    assert all(timedelta() <= before - row.given_at < timedelta(hours=1) for row in house.rows(GoAhead))
