"""A lost data key costs what it sealed and nothing else: lists and items stand and say plainly what is gone (H38)."""

import pytest
from sqlalchemy import text as sql

from app import db, sealing
from app.models.patients import Patient
from escalation_desk import items
from escalation_desk.models import DeskItem
from tests.desk.desk import GONE, address, claims, closes, only_item, reads
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import words_of
from tests.web.browsing import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


def lose(table: str, column: str, row_id: int = 1) -> None:
    with db.transaction("tests.lose") as session:
        row = sql(f"update {table} set {column} = :gone where id = :id")  # noqa: S608  (names of this file only)
        session.execute(row, {"gone": GONE, "id": row_id})


@pytest.mark.parametrize(
    ("table", "column", "said"),
    [
        ("patient", "name", "the name"),
        ("contact_point", "number", "the number"),
        ("exchange", "body", "the words"),
        ("exchange", "reading", ""),
    ],
)
def test_the_list_and_the_item_stand(
    house: House, ana: Person, rosa: Person, table: str, column: str, said: str
) -> None:
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    rosa.texts("me duele la rodilla")
    rosa.reads("enfermer")
    lose(table, column)
    nora = signed_in(house, "nora", "nurse")
    shown = words_of(nora.page("/desk/nurses"))
    assert "me duele la rodilla" in shown
    assert "Rosa Jiménez" in shown
    assert (f"Cannot be read: {said}" in shown) == bool(said)
    assert "2 waiting" in shown
    claims(nora, DeskItem(id=1))
    page = words_of(nora.page("/desk/items/1"))
    assert ("[unreadable]" in page or "These words cannot be read here" in page) == bool(said)
    assert (f"Cannot be read: {said}. Tell the practice’s technician" in page) == bool(said)
    assert "Reply by text" in page or column == "number"
    reads(nora, DeskItem(id=1))
    assert closes(nora, DeskItem(id=1), "nothing_to_do") == 303


def test_a_task_whose_note_is_lost_can_be_closed(house: House, ana: Person) -> None:
    with db.transaction("tests.task") as session:
        items.raise_task(session, "appointment_needed:1:1", "appointment_needed", None, note="Within two days",
                         patient_id=ana.patient_id)  # fmt: skip
    lose("desk_item", "note")
    fran = signed_in(house, "fran", "front_desk")
    assert "Cannot be read: the note" in words_of(fran.page("/desk/front-desk"))
    item = DeskItem(id=1)
    claims(fran, item)
    assert "An appointment is needed" in fran.page(address(item))
    assert closes(fran, item, "nothing_to_do") == 303


def test_what_lost_words_sealed_in_the_record_is_a_gap(house: House, ana: Person) -> None:
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    with db.transaction("tests.lose_words") as session:
        session.execute(sql("update sealed_text set words = :gone"), {"gone": GONE})
    nora = signed_in(house, "nora", "nurse")
    claims(nora, only_item(house))
    for path in ("/desk/items/1", f"/patients/{ana.patient_id}", "/numbers/1"):
        assert "[unreadable]" in nora.page(path)


@pytest.mark.parametrize(("table", "column"), [("patient", "name"), ("patient", "birth_date"),
                                               ("contact_point", "number")])  # fmt: skip
def test_the_patient_screens_show_what_is_left(
    house: House, ana: Person, rosa: Person, table: str, column: str
) -> None:
    visit(house, ana, days=1)
    visit(house, rosa, days=1)
    lose(table, column)
    fran = signed_in(house, "fran", "front_desk")
    for path in (f"/patients/{ana.patient_id}", "/numbers/1", "/appointments"):
        page = fran.page(path)
        assert "[unreadable]" in page or path == "/appointments" or column == "birth_date"
    assert "Rosa Jiménez" in fran.page("/appointments")
    assert "Rosa Jiménez" in fran.posts("/patients", wanted="rosa").text


def test_a_change_never_puts_a_gap_in_place_of_a_name(house: House, ana: Person) -> None:
    lose("patient", "name")
    fran = signed_in(house, "fran", "front_desk")
    address = f"/patients/{ana.patient_id}/change"
    assert "A part of this record cannot be read" in fran.get(address).text
    form = {"name": "[unreadable]", "birth_date": "", "language": "en", "version": 1}
    assert "Nothing was changed" in fran.posts(address, None, **form).text
    with sealing.gaps_shown(), db.reading("tests.gap") as session:
        ana_ = session.get_one(Patient, ana.patient_id)
        assert isinstance(ana_.name, sealing.Gap)
    with pytest.raises(Exception, match="gap"), db.transaction("tests.keep_a_gap") as session:
        session.add(Patient(name=sealing.GAP, language="en", created_at=house.clock()))
