"""The file of changes: each change of a visit once, for the practice's own system (issue 8)."""

import csv
import stat
from pathlib import Path

from click.testing import CliRunner

from app import db
from app.cli.main import cli
from app.files import changes
from app.models.appointments import Appointment
from app.models.practice import Provider
from app.models.records import Entry
from tests.house import House
from tests.people import Colleague, Person
from tests.screens.desk import signed_in
from tests.slots import times

THEIRS = (
    "id,patient,birth_date,phone,day,time,location,provider\n"
    "A2,Ana López,1961-02-03,202-555-0101,2026-11-24,15:00,Main Street,Dr. Chen\n"
)


def _changes(file: Path) -> str:
    ended = CliRunner().invoke(cli, ["changes", str(file), "--by", "fran"])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.output


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_each_change_stands_in_the_file_once(
    house: House, ana: Person, rosa: Person, fran: Colleague, tmp_path: Path
) -> None:
    """Booked and moved, whatever was taken out of it meanwhile; names that look like formulas are text."""
    file, freda = tmp_path / "changes.csv", signed_in(house, "Freda", "front_desk")
    assert _changes(file) == f"0 new in {file}.\n"
    assert file.read_text() == ",".join(changes.COLUMNS) + "\n"
    (tmp_path / "theirs.csv").write_text(THEIRS)
    assert (
        CliRunner().invoke(cli, ["import", "appointments", str(tmp_path / "theirs.csv"), "--by", "fran"]).exit_code == 0
    )
    (booked,) = [each.id for each in house.rows(Appointment)]
    with db.transaction("tests.name") as session:
        session.get_one(Provider, 1).name = "=Chen"
    slot_id = times.put_up(house, freda)
    freda.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, times.waits(ana, booked))))
    assert _changes(file) == f"1 new in {file}.\n"
    (moved,) = _rows(file)
    assert {name: moved[name] for name in changes.COLUMNS if name != "at"} == {
        "change": f"ehr:{booked}:v2", "what": "moved", "your_id": "A2", "visit": str(booked), "patient": "Ana López",
        "birth_date": "1961-02-03", "starts_at": "2026-11-25T09:00-06:00", "time_zone": "America/Chicago",
        "provider": "'=Chen", "location": "Main Street",
        "was_starts_at": "2026-11-24T15:00-06:00", "was_provider": "'=Chen", "was_location": "Main Street",
    }  # fmt: skip
    whole = file.read_bytes()
    assert _changes(file) == f"0 new in {file}.\n"
    assert file.read_bytes() == whole
    slot_id = times.put_up(house, freda, days=3)
    freda.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, times.waits(rosa))))
    assert _changes(file) == f"1 new in {file}.\n"
    assert file.read_bytes().startswith(whole)
    assert [(row["what"], row["patient"], row["was_starts_at"]) for row in _rows(file)[1:]] == [
        ("booked", "Rosa Jiménez", "")
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = [entry.details["ids"] for entry in house.rows_of(Entry)
             if (entry.kind, entry.actor) == ("looked_at_list", f"staff:{fran.id}")]  # fmt: skip
    assert shown == [[ana.patient_id], [rosa.patient_id]]


def test_a_file_that_is_something_else_is_left_as_it_is(house: House, fran: Colleague, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    for content, told in (
        ("name,phone\nAna,1\n", "Nothing was written"),
        (",".join(changes.COLUMNS) + "\nehr:1:v2,2026", "A line of the file is not whole"),
    ):
        file.write_text(content)
        assert told in _changes(file)
        assert file.read_text() == content
    assert "Nothing was written" in _changes(tmp_path / "no folder" / "changes.csv")
