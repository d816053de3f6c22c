"""The record on a patient's page: parts of it, why she got a text, corrections, and copies to take away (P10, H36)."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from app import db
from app.models.records import Entry
from tests.house import House
from tests.people import Person, patient, visit
from tests.screens.desk import Browser, words_of

pytestmark = pytest.mark.of_pages

FORMULAS = ('=HYPERLINK("http://evil.example")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "＝1+1", "  =1")


def test_parts_of_the_record_and_why_she_got_a_text(house: House, nurse: Browser, ana: Person) -> None:
    visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("confirmed")
    address = f"/patients/{ana.patient_id}"
    whole = _lines(nurse.opens(address))
    parts = {part: _lines(nurse.opens(f"{address}?part={part}")) for part in ("texts", "calls", "attempts", "decisions",
                                                                             "staff")}  # fmt: skip
    assert sorted(set().union(*map(set, parts.values()))) == sorted(set(whole)), "every entry stands in one of them"
    assert [line.partition(" 1")[0] for line in parts["texts"][::-1]][:2] == ["Handrail wrote a text", "Ana wrote"]
    assert "Nothing has happened yet." in nurse.opens(f"{address}?part=calls")
    assert not any("wrote" in line for line in parts["decisions"])
    why = words_of(nurse.opens(f"{address}?part=texts"))
    for told in ("It belongs to what was asked about the appointment", "For the appointment of Wed Nov 25, 9:00 AM",
                 "It was the first time we asked", "Its words: version 1, put in force by",
                 "When we ask was put in force by", "Nobody had noted that the patient agreed to texts",
                 "It answers what came on Mon Nov 23"):  # fmt: skip
        assert told in why, told


def test_a_correction_stands_beside_what_it_corrects(
    house: House, nurse: Browser, front_desk: Browser, auditor: Browser, ana: Person
) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    address, entry = f"/patients/{ana.patient_id}", _entry("text_received")
    wrong = f"{address}/entries/number/{entry.stream.partition(':')[2]}/{entry.position}"
    assert "my knee is swollen" in nurse.opens(wrong)
    refused = nurse.sends(wrong, 422, form="f" * 22, right="   ")
    assert 'id="right-problem"' in refused
    for _ in range(2):  # a double click
        nurse.sends(wrong, form="f" * 22, right="She meant the =left= knee")
    shown = words_of(nurse.opens(address))
    assert shown.count("Nora corrected the entry of Mon Nov 23, 10:00 AM") == 1
    assert "Corrected by an entry of 10:00 AM" in shown
    assert "my knee is swollen since yesterday" in shown
    assert "She meant the =left= knee" in shown
    hers = words_of(front_desk.opens(address))
    assert "Nora corrected the entry" in hers
    assert "left" not in hers, "what corrects the nurses' words is theirs as well"
    front_desk.sends(wrong, 404, form="g" * 22, right="She meant nothing")
    auditor.sends(wrong, 403, form="g" * 22, right="She meant nothing")
    rosa = patient(house, "Rosa Díaz", "+12025550102")
    nurse.sends(wrong.replace(address, f"/patients/{rosa.patient_id}"), 404, form="g" * 22, right="Not hers")


def test_a_copy_is_whole_harmless_and_recorded(
    house: House, nurse: Browser, manager: Browser, front_desk: Browser, ana: Person, sam: Person
) -> None:
    for words in FORMULAS:
        ana.texts(words)
    ana.reads("a person will read it")
    ana.reads("A nurse will read your message")
    theirs = _entry("text_received")
    nurse.sends(f"/texts/{theirs.details['exchange']}/speaker", record=ana.patient_id, patient=sam.patient_id)
    address = f"/patients/{ana.patient_id}/copy"
    front_desk.sends(address, 403, kind="text", part="", whom="the patient")
    assert 'id="whom-problem"' in nurse.sends(address, 422, kind="text", part="", whom=" ")
    nurse.sends(address, 400, kind="exe", part="", whom="the patient")

    sheet = nurse.sends(address, 200, kind="csv", part="", whom="the patient, who asked")
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert "'=HYPERLINK" not in sheet, "the first text was Sam's, as somebody said: its words are no part of her copy"
    assert "words of somebody else" in sheet
    whole = json.loads(nurse.sends(address, 200, kind="json", part="", whom="her lawyer"))
    assert (whole["patient"], whole["by"], whole["for"]) == ("Ana López", "Nora", "her lawyer")
    assert len(whole["entries"]) == len(rows) + 1, "the first copy is an entry of the second"
    answer = manager.client.post(address, data={"csrf": manager.csrf, "kind": "text", "part": "said", "whom": "Mia"})
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="record-{ana.patient_id}-2026')
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.get_data(as_text=True)
    assert said.startswith(
        "Record of Ana López, born 1961-02-03\nLakeside Clinic: what was said, oldest first\nMade Mon Nov 23, 10"
    )
    assert "    +1+cmd|" in said
    assert "Read as" not in said
    taken = words_of(nurse.opens(f"/patients/{ana.patient_id}"))
    assert "Nora took a copy of the record of Ana López" in taken
    assert "her lawyer" in taken
    with db.reading("tests.copies") as session:
        copies = session.scalars(select(Entry).where(Entry.kind == "record_exported")).all()
    assert sorted(each.stream for each in copies) == sorted(
        [f"patient:{ana.patient_id}"] * 3 + [f"staff:{nurse.staff_id}"] * 2 + [f"staff:{manager.staff_id}"]
    )


def _entry(kind: str) -> Entry:
    with db.reading("tests.entry") as session:
        query = select(Entry).where(Entry.kind == kind).order_by(Entry.stream, Entry.position)
        return session.scalars(query).first() or pytest.fail(f"there is no entry {kind}")


def _lines(page: str) -> list[str]:
    told = page[page.index('<ol class="told"') :]
    return [
        words_of(f"<li {each}").partition(" Why this text?")[0] for each in told.split("</ol>")[0].split("<li ")[1:]
    ]
