"""Visits that fall due together are seen to in sets (decision 0084); each is asked about as if it stood alone."""

from sqlalchemy import text as sql

from app import db
from app.models.appointments import OutreachStep
from app.outreach import reminders
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, patient, visit
from tests.sending.test_statements import counted

MANY = 30
"""More than one set."""


def _many(house: House, count: int = MANY) -> list[Person]:
    people = [patient(house, "Grace Kim", f"+1415555{2000 + place}") for place in range(count)]
    for who in people:
        visit(house, who, hour=11)
    return people


def _asked(people: list[Person]) -> list[Person]:
    """Who reads the question, once."""
    read = [who for who in people if [text for text in who.handset.reads() if "Reply 1" in text]]
    for who in read:
        who.nothing_more()
    return read


def test_a_number_that_cannot_be_read_costs_no_other_of_its_set_its_question(house: House) -> None:
    """H61: the set is taken apart, and hers becomes a person's task."""
    people = _many(house)
    with db.transaction("tests.spoil") as session:
        session.execute(sql("update contact_point set number = :bytes where id = 3"), {"bytes": b"no seal at all"})
    assert reminders.begin_due() == MANY - 1
    house.work()
    house.carrier.pump()
    assert _asked(people) == [*people[:2], *people[3:]]
    assert [item.reason for item in house.rows(DeskItem)] == ["confirm_by_phone_could_not_be_asked"]


def test_who_shares_a_telephone_or_has_two_visits_is_asked_once_for_all(house: House, ana: Person) -> None:
    """P6: what would be said twice is looked at one by one, under the number's lock."""
    sam = patient(house, "Sam López", ana.handset.number)
    visit(house, ana, hour=9)
    visit(house, sam, hour=10)
    people = _many(house, 3)
    visit(house, people[0], hour=15)
    for _ in range(2):
        reminders.begin_due()
    house.work()
    house.carrier.pump()
    assert len(ana.handset.reads()) == 1
    for who in people:
        assert len(who.handset.reads()) == 1
    assert {row.state for row in house.rows(OutreachStep)} <= {"begun", "dropped"}


def test_each_of_a_set_takes_at_most_eight_statements(house: House) -> None:
    people = _many(house)
    with counted() as statements:
        assert reminders.begin_due() == MANY
    assert len(statements) <= 8 * MANY, len(statements) / MANY
    house.work()
    house.carrier.pump()
    assert _asked(people) == people
