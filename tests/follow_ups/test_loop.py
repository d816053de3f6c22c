"""A follow-up is never forgotten: it is somebody's when its time has come, and ends only with a reason."""

from datetime import date, timedelta

import pytest

from app import db, people
from app.models.follow_ups import Encounter
from app.models.patients import Patient
from app.outreach import loops, untold
from tests.follow_ups.capturing import books, by_telephone, captured, stands, tasks
from tests.house import House
from tests.people import Colleague, Person, visit


@pytest.fixture
def carla(house: House) -> Person:
    """She has no number, so that what is due for her is a person's at once."""
    return by_telephone(house, "Carla Gómez")


def test_what_is_due_stands_on_its_owners_list_until_it_is_over(
    house: House, carla: Person, fran: Colleague, nora: Colleague
) -> None:
    """P7: a task that was closed without ending the follow-up is asked after, a week later."""
    order = captured(house, carla, nora, "lab", 7, owner="nurses")
    house.passes(days=6)
    assert tasks(house) == []
    house.passes(days=1)
    assert tasks(house) == [("nurses", "follow_up_lab", "open")]
    house.passes(days=1)
    house.tick()
    assert len(tasks(house)) == 1, "one task for one need"
    nora.settles(nora.sees()[0])
    house.passes(days=6)
    assert [state for _, _, state in tasks(house)] == ["closed"]
    house.passes(days=2)
    assert [state for _, _, state in tasks(house)] == ["closed", "open"]
    version = stands(order).version
    with db.transaction("tests.close") as session:
        assert loops.close(session, order, version, "done", nora.id, None)
    house.passes(days=30)
    assert len(tasks(house)) == 2
    assert (stands(order).disposition, stands(order).disposed_by) == ("done", nora.id)


def test_a_need_is_closed_by_the_visit_that_is_booked_and_opened_again_when_that_is_cancelled(
    house: House, carla: Person, fran: Colleague
) -> None:
    next_visit = captured(house, carla, fran, "book", 21)
    house.passes(minutes=1)
    booked = books(house, carla, 20)
    assert (stands(next_visit).disposition, stands(next_visit).happened_id) == ("booked", booked)
    with db.transaction("tests.cancel") as session:
        assert untold.cancel(session, booked, 1, fran.id)
    assert stands(next_visit).disposition == "waiting"
    house.passes(days=6)
    assert tasks(house) == []
    house.passes(days=2)
    assert tasks(house) == [("front_desk", "follow_up_book", "open")]


def test_a_visit_that_was_booked_by_other_ways_closes_it_before_anybody_is_bothered(
    house: House, carla: Person, fran: Colleague
) -> None:
    """By construction: what happened is seen in the rows, whoever wrote them."""
    next_visit = captured(house, carla, fran, "book", 14)
    house.clock.passes(minutes=1)
    visit(house, carla, days=12)
    house.tick()
    assert stands(next_visit).disposition == "booked"
    assert tasks(house) == []


def test_an_order_is_not_closed_by_a_visit(house: House, carla: Person, fran: Colleague) -> None:
    order = captured(house, carla, fran, "lab", 14)
    house.passes(minutes=1)
    books(house, carla, 12)
    assert stands(order).disposition == "waiting"


def test_nothing_is_pursued_for_who_is_not_to_be_contacted_and_it_goes_on_afterwards(
    house: House, carla: Person, fran: Colleague
) -> None:
    """H31: paused with its reason and its day; lifted, it goes on."""
    order = captured(house, carla, fran, "lab", 2)
    _changes(carla, fran, do_not_contact=True)
    paused = stands(order)
    assert (paused.disposition, paused.reason, paused.disposed_at) == ("paused", "do_not_contact", house.clock())
    house.passes(days=9)
    assert tasks(house) == []
    _changes(carla, fran, do_not_contact=False)
    house.tick()
    assert tasks(house) == [("front_desk", "follow_up_lab", "open")]


def test_a_death_ends_what_is_open_and_a_mistake_gives_it_back(house: House, carla: Person, fran: Colleague) -> None:
    """H32: in the same transaction."""
    order = captured(house, carla, fran, "lab", 2)
    with db.transaction("tests.died") as session:
        assert people.mark_deceased(session, carla.patient_id or 0, 1, date(2026, 11, 22), fran.id)
    assert (stands(order).disposition, stands(order).disposed_by) == ("deceased", fran.id)
    house.passes(days=9)
    assert tasks(house) == []
    with db.transaction("tests.mistake") as session:
        assert people.unmark_deceased(session, carla.patient_id or 0, 2, fran.id)
    house.tick()
    assert tasks(house) == [("front_desk", "follow_up_lab", "open")]


def test_who_did_not_come_is_followed_up_the_same_day(house: House, carla: Person, fran: Colleague) -> None:
    missed = visit(house, carla, days=0, hour=12)
    house.clock.passes(hours=3)
    with db.transaction("tests.missed") as session:
        assert loops.came(session, missed, "missed", fran.id)
        assert not loops.came(session, missed, "missed", fran.id)
    house.tick()
    assert tasks(house) == [("front_desk", "follow_up_no_show", "open")]
    with db.transaction("tests.came_after_all") as session:
        assert loops.came(session, missed, "seen", fran.id)
    assert stands(1).disposition == "mistake"
    assert [row.decision for row in house.rows(Encounter)] == [None], "it asks what follows"


def test_of_two_who_close_it_one_does(house: House, carla: Person, fran: Colleague, nora: Colleague) -> None:
    """P8: by version, as everywhere."""
    order = captured(house, carla, fran, "lab", 2)
    with db.transaction("tests.first") as session:
        assert loops.try_again(session, order, 1, house.on(9, 0).date(), fran.id, "No answer")
    with db.transaction("tests.second") as session:
        assert not loops.close(session, order, 1, "done", nora.id, None)
    kept = stands(order)
    assert (kept.disposition, kept.attempts, kept.due_on) == ("waiting", 1, (house.on(9, 0)).date())
    house.passes(days=8)
    assert tasks(house) == []
    house.passes(days=1, hours=1)
    assert len(tasks(house)) == 1


def test_a_round_takes_no_more_than_others_can_wait_for(
    house: House, carla: Person, fran: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left over is looked at in the next round, the longest due first."""
    monkeypatch.setattr(loops, "AT_ONCE", 3)
    for days in range(4):
        captured(house, carla, fran, "lab", 30 + days)
    assert [loops.look_due(), loops.look_due(), loops.look_due()] == [3, 1, 0]


def _changes(who: Person, by: Colleague, *, do_not_contact: bool) -> None:
    with db.transaction("tests.changes") as session:
        row = session.get_one(Patient, who.patient_id)
        details = people.Details(name=row.name, birth_date=row.birth_date, language=row.language,
                                 time_zone=row.time_zone, do_not_contact=do_not_contact)  # fmt: skip
        assert people.change_patient(session, row.id, row.version, details, by.id)


def test_the_night_the_clocks_go_back_and_forward_changes_no_day(house: House, carla: Person, fran: Colleague) -> None:
    """H44: due on a day means ten in the morning of that day on the practice's wall."""
    house.becomes(house.on(100, 9))  # early in March 2027, before the clocks go forward
    order = captured(house, carla, fran, "lab", 30)
    house.becomes(house.on(30, 9, 59))
    assert tasks(house) == []
    house.becomes(house.on(0, 10) + timedelta(seconds=1))
    assert len(tasks(house)) == 1
    assert stands(order).disposition == "with_person"
