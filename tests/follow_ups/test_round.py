"""A round looks at many follow-ups at once: it asks the record little more for twelve than for four, and trouble with
one keeps no other (P6, H61)."""

from collections import Counter

from sqlalchemy import text

from app import db
from app.models.appointments import OutreachStep
from app.outreach import loops
from tests.follow_ups.capturing import captured, stands, tasks
from tests.house import House
from tests.people import ANAS, Colleague, Person, patient
from tests.sending.test_statements import counted

A_ROW_MORE = 6
"""Its talk, its text and its step are written, and what the text names is asked."""


def _due(house: House, fran: Colleague, many: int, numbers: int = 2025551000) -> list[Person]:
    """So many patients of whom an order is due tomorrow at ten."""
    everybody = [patient(house, f"Ines {place}", f"+1{numbers + place}") for place in range(many)]
    for each in everybody:
        captured(house, each, fran, "lab", 1)
    return everybody


def test_a_row_more_costs_what_is_written_for_it(house: House, fran: Colleague) -> None:
    """Eight more rows in a round must not ask again what the first four asked."""
    asked = []
    for many, numbers in ((4, 2025551000), (12, 2025552000)):
        everybody = _due(house, fran, many, numbers)
        house.clock.becomes(house.on(1, 10, 1))
        with counted() as statements:
            assert loops.look_due() >= many
        house.work()
        for each in everybody:
            each.reads("an order from your visit with us is still open")
        asked.append(statements)
    few, more = map(len, asked)
    assert more - few <= 8 * A_ROW_MORE, Counter(each[:70] for each in asked[1]).most_common()


def test_one_that_cannot_be_worked_out_keeps_no_other_of_its_round(house: House, fran: Colleague) -> None:
    """H61: the others are asked in the same round, and it is a person's."""
    first, broken, last = _due(house, fran, 3)
    with db.transaction("tests.spoilt") as session:
        session.execute(text("update patient set name = :spoilt where id = :broken"),
                        {"spoilt": b"no seal", "broken": broken.patient_id})  # fmt: skip
    house.becomes(house.on(1, 10, 1))
    for each in (first, last):
        each.reads("an order from your visit with us is still open")
    broken.nothing_more()
    assert tasks(house) == [("front_desk", "follow_up_lab", "open")]
    assert [stands(row_id).disposition for row_id in (1, 2, 3)] == ["waiting", "with_person", "waiting"]


def test_of_two_behind_one_number_the_second_sees_that_the_first_was_asked(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H25, H52: looked at in one round, they still share its budget."""
    son = patient(house, "Sam López", ANAS)
    for each in (ana, son):
        captured(house, each, fran, "lab", 1)
    house.becomes(house.on(1, 10, 1))
    ana.reads("an order from your visit with us is still open")
    ana.nothing_more()
    assert [(row.state, row.reason) for row in house.rows(OutreachStep)] == [
        ("begun", "due"), ("waiting", "another_question"),
    ]  # fmt: skip
