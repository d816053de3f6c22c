"""“That was Sam”: a person says who of a household wrote a text; it is appended and never rewritten (H25)."""

import pytest
from sqlalchemy import select

from app import db, timeline
from app.models.conversations import Exchange
from app.models.records import Entry
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, patient, visit
from tests.screens.desk import Browser, words_of

pytestmark = pytest.mark.of_pages


def test_that_was_sam_is_appended_shown_and_taken_back(house: House, nurse: Browser, ana: Person, sam: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    [text], [item] = house.rows(Exchange), house.rows(DeskItem)
    before = _entries()
    address = f"/texts/{text.id}/speaker"
    asked = words_of(nurse.opens(f"/desk/items/{item.id}"))
    assert "Who wrote it? That was Ana López That was Sam López" in asked
    assert "Speaker unconfirmed" in words_of(nurse.opens(f"/patients/{ana.patient_id}"))

    assert nurse.sends(address, item=item.id, patient=sam.patient_id) == f"/desk/items/{item.id}?done=speaker"
    nurse.sends(address, record=ana.patient_id, patient=sam.patient_id)  # pressed twice: said once
    shown = words_of(nurse.opens(f"/desk/items/{item.id}?done=speaker"))
    assert "Sam López wrote this, as Nora said" in shown
    assert "Sam wrote" in shown
    assert "Speaker unconfirmed" not in shown
    for person in (ana, sam):
        told = words_of(nurse.opens(f"/patients/{person.patient_id}"))
        assert "Sam López wrote this, as Nora said" in told
        assert told.count("Nora said that Sam López wrote the text of Mon Nov 23, 10:00 AM") == 1
        assert "Speaker unconfirmed" not in told

    nurse.sends(address, number=text.contact_point_id, patient="")
    took = words_of(nurse.opens(f"/numbers/{text.contact_point_id}"))
    assert "Nora took back who wrote the text of Mon Nov 23, 10:00 AM" in took
    assert "Speaker unconfirmed" in took
    assert before <= _entries(), "what stood in the record stands as it was"
    assert _streams("speaker_told") == [
        timeline.of_number(text.contact_point_id), timeline.of_number(text.contact_point_id),
        timeline.of_patient(sam.patient_id or 0), timeline.of_patient(sam.patient_id or 0),
    ]  # fmt: skip


def test_only_those_behind_the_number_and_only_who_may_read_it(
    house: House, nurse: Browser, front_desk: Browser, auditor: Browser, ana: Person, sam: Person
) -> None:
    rosa = patient(house, "Rosa Díaz", "+12025550102", language="es")
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    [text] = house.rows(Exchange)
    address = f"/texts/{text.id}/speaker"
    nurse.sends(address, 404, number=text.contact_point_id, patient=rosa.patient_id)
    nurse.sends("/texts/999/speaker", 404, number=text.contact_point_id, patient=sam.patient_id)
    nurse.sends(address, 400, number=text.contact_point_id, patient="Sam")
    front_desk.sends(address, 404, number=text.contact_point_id, patient=sam.patient_id)
    auditor.sends(address, 403, number=text.contact_point_id, patient=sam.patient_id)
    assert _streams("speaker_told") == []


def _entries() -> set[tuple[str, int, bytes]]:
    return {(row.stream, row.position, row.digest) for row in _rows()}


def _streams(kind: str) -> list[str]:
    return [row.stream for row in _rows() if row.kind == kind]


def _rows() -> list[Entry]:
    with db.reading("tests.entries") as session:
        return list(session.scalars(select(Entry).order_by(Entry.at, Entry.stream, Entry.position)))


def test_beside_an_item_stands_whoever_may_have_written(
    house: House, nurse: Browser, front_desk: Browser, ana: Person, sam: Person
) -> None:
    visit(house, ana, days=2)
    visit(house, ana, days=9)
    visit(house, sam, days=-3)
    front_desk.sends(f"/patients/{ana.patient_id}/follow-ups/new", form="f" * 22, kind="lab",
                     day="2026-12-15", unit="weeks", owner="front_desk")  # fmt: skip
    front_desk.sends(f"/patients/{sam.patient_id}/change", version=1, name="Sam López", language="es", time_zone="",
                     birth_date="1984-11-24", do_not_contact="yes")  # fmt: skip
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    [item] = house.rows(DeskItem)
    shown = words_of(nurse.opens(f"/desk/items/{item.id}"))
    card = shown[shown.index("Who this may be") : shown.index("Timeline")]
    assert card.startswith("Who this may be ? Speaker unconfirmed Ana López , 65 · English Next visit Wed Nov 25")
    assert "To follow labs or another order, by Tue Dec 15" in card
    assert "Sam López , 41 · Spanish ▲ Do not contact Next visit none Last visit Fri Nov 20" in card
    assert "May be texted" in card
