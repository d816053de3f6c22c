"""The call list for a time when nothing answers: who waits and whose visit comes, with numbers, by role, recorded."""

import pytest
from sqlalchemy import select

from app import db
from app.models.records import Entry
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import words_of
from tests.web.browsing import signed_in

pytestmark = pytest.mark.of_pages


def test_who_waits_and_whose_visit_comes_with_their_numbers(house: House, ana: Person, rosa: Person) -> None:
    visit(house, rosa, days=1)
    visit(house, ana, days=3)
    house.tick()
    rosa.reads("1")
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    nora = signed_in(house, "nora", "nurse")
    page = words_of(nora.page("/desk/call-list"))
    nurses, _, visits = page.partition("Visits today and tomorrow")
    assert "Ana López (202) 555-0101" in nurses
    assert "Tue Nov 24, 3:00 PM Rosa Jiménez (202) 555-0102 Dr. Chen, Main Street" in visits
    assert "Ana" not in visits, "her visit is in three days"
    assert "knee" not in page, "what she wrote does not lie about on paper"
    with db.reading("tests.looked") as session:
        of_nora = select(Entry.kind, Entry.details).where(Entry.stream == f"staff:{nora.staff_id}")
        told = {kind: details.get("ids") for kind, details in session.execute(of_nora)}
    assert told["looked_at_list"] == [rosa.patient_id]
    assert "looked_at_items" in told


def test_the_front_desk_sees_its_own_list_alone(house: House, ana: Person) -> None:
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    page = words_of(signed_in(house, "fran", "front_desk").page("/desk/call-list"))
    assert "Before the nurses" not in page
    assert "Ana" not in page
    assert signed_in(house, "otto", "auditor").get("/desk/call-list").status_code == 403
