"""Files of appointments and encounters: nothing half taken in, faults by row, the same file again changes nothing."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner

from app import db, people
from app.cli.main import cli
from app.models.appointments import Appointment
from app.models.follow_ups import Encounter, FollowUp
from app.models.imports import Imported
from app.models.patients import ContactPoint, Patient
from app.models.welcomes import Welcome
from tests.house import House
from tests.people import Colleague, Person

T = TypeVar("T")
HEAD = "id,patient,birth_date,phone,day,time,location,provider,kind,status\n"
CARLA = 'A1,"Carla Gómez",1979-11-02,(202) 555-0177,2026-12-01,15:00,Main Street,Dr. Chen,chronic,booked\n'
ANA = "A2,Ana López,02/03/1961,202-555-0101,12/02/2026,3:30 PM,main street,DR. CHEN,,\n"
SEEN = "id,patient,birth_date,phone,day,follow_up,within\n"


def _import(folder: Path, body: str | bytes, kind: str = "appointments", *more: str) -> tuple[int, str]:
    file = folder / "file.csv"
    file.write_bytes(body if isinstance(body, bytes) else body.encode())
    ended = CliRunner().invoke(cli, ["import", kind, str(file), "--by", "fran", *more])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.stdout + ended.stderr.removeprefix("Rows\n")


def test_a_file_is_taken_in_once_and_the_same_file_again_changes_nothing(
    house: House, ana: Person, fran: Colleague, tmp_path: Path
) -> None:
    assert _import(tmp_path, HEAD + CARLA + ANA) == (0, "2 new, 0 changed, 0 as they were.\n")
    first, second = house.rows(Appointment)
    assert [first.starts_at, second.starts_at] == [house.on(8, 15), house.on(9, 15, 30)]
    assert (first.visit_type, second.visit_type, second.patient_id) == ("chronic", "routine", ana.patient_id)
    assert [each.name for each in house.rows(Patient)] == ["Ana López", "Carla Gómez"]
    assert _import(tmp_path, HEAD + CARLA + ANA) == (0, "0 new, 0 changed, 2 as they were.\n")
    assert len(house.rows(Appointment)) == len(house.rows(Imported)) == 2
    assert [row.version for row in house.rows(Appointment)] == [1, 1]


def test_patients_of_a_file_are_welcomed_only_if_somebody_says_so(
    house: House, ana: Person, fran: Colleague, tmp_path: Path
) -> None:
    _import(tmp_path, HEAD + ANA)
    assert house.rows(Welcome) == []
    _import(tmp_path, HEAD + CARLA + ANA, "appointments", "--welcome", "40")
    assert [(row.source, row.state) for row in house.rows(Welcome)] == [("import", "waiting")], "Ana was here before"


def test_what_changed_in_the_file_changes_here_and_what_was_cancelled_here_stays_so(
    house: House, ana: Person, fran: Colleague, tmp_path: Path
) -> None:
    _import(tmp_path, HEAD + CARLA + ANA)
    moved, gone = CARLA.replace("15:00", "16:00"), ANA.strip("\n") + "cancelled\n"
    assert _import(tmp_path, HEAD + moved + gone)[1] == "0 new, 2 changed, 0 as they were.\n"
    first, second = house.rows(Appointment)
    assert (first.starts_at, first.version, second.state) == (house.on(8, 16), 2, "cancelled")
    code, told = _import(tmp_path, HEAD + moved + ANA)
    assert (code, house.rows(Appointment)[1].state) == (0, "cancelled")
    assert "Row 3: It was cancelled here and is not booked again." in told
    assert told.endswith("0 new, 0 changed, 1 as they were, 1 left as it stands here: see above.\n")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A3,,1979-11-02,,2026-12-01,15:00,Main Street,Dr. Chen,,", "patient: please give the name"),
        (",Carla Gómez,1979-11-02,,2026-12-01,15:00,Main Street,Dr. Chen,,", "id: please give each row"),
        ("A3,Carla Gómez,soon,,2026-12-01,15:00,Main Street,Dr. Chen,,", "birth_date: “soon” is no day we know"),
        ("A3,Carla Gómez,2031-11-02,,2026-12-01,15:00,Main Street,Dr. Chen,,", "birth_date: 2031-11-02 lies ahead"),
        ("A3,Carla Gómez,1979-11-02,12,2026-12-01,15:00,Main Street,Dr. Chen,,", "phone: "),
        ("A3,Carla Gómez,1979-11-02,6085550100,2026-12-01,15:00,Main Street,Dr. Chen,,", "the practice’s own number"),
        ("A3,Carla Gómez,1979-11-02,,24/12/2026,15:00,Main Street,Dr. Chen,,", "day: “24/12/2026” is no day we know"),
        ("A3,Carla Gómez,1979-11-02,,2026-12-01,25:00,Main Street,Dr. Chen,,", "time: “25:00” is no time of day"),
        ("A3,Carla Gómez,1979-11-02,,2027-03-14,02:30,Main Street,Dr. Chen,,", "time: The clocks go forward that day"),
        ("A3,Carla Gómez,1979-11-02,,2026-12-01,15:00,Elsewhere,Dr. Chen,,", "location: “Elsewhere” is none of yours"),
        ("A3,Carla Gómez,1979-11-02,,2026-12-01,15:00,Main Street,Dr. Who,,", "provider: “Dr. Who” is not known"),
        ("A3,Carla Gómez,1979-11-02,,2026-12-01,15:00,Main Street,Dr. Chen,surgery,", "kind: “surgery” is not one of"),
        ("A3,Carla Gómez,1979-11-02,,2026-12-01,15:00,Main Street,Dr. Chen,,maybe", "status: “maybe” is not one of"),
        ("A1,Carla Gómez,1979-11-02,,2026-12-01,15:00,Main Street,Dr. Chen,,", "id: “A1” stands in row 2 already"),
        ("A3,Carla Gómez,1980-01-01,2025550177,2026-12-01,15:00,Main Street,Dr. Chen,,", "with another birth date"),
        ("A3,Carla Gómez,1979-11-02,,2026-12-01", "the file is cut off here"),
    ],
)  # fmt: skip
def test_one_bad_row_keeps_the_whole_file_out_and_says_how_to_mend_it(
    house: House, fran: Colleague, tmp_path: Path, row: str, told: str
) -> None:
    code, said = _import(tmp_path, f"{HEAD}{CARLA}{row}\n")
    assert code == 1
    assert "Row 3: " in said
    assert told in said
    assert "nothing was taken in" in said
    for table in (Patient, Appointment, Imported, ContactPoint):
        assert house.rows(table) == []


def test_all_that_is_wrong_with_a_row_is_said_at_once(house: House, fran: Colleague, tmp_path: Path) -> None:
    bad = "A3,,soon,12,24/12/2026,25:00,Elsewhere,Dr. Who,surgery,maybe\n"
    code, said = _import(tmp_path, HEAD + CARLA + bad)
    assert code == 1
    told = [line.split(": ")[1] for line in said.splitlines() if line.startswith("Row 3: ")]
    wrong = ["patient", "birth_date", "phone", "kind", "location", "provider", "status", "day", "time"]
    assert sorted(told) == sorted(wrong)
    assert said.endswith("1 row is to be mended first; nothing was taken in.\n")
    head = "id,patient,birth_date,phone,day,follow_up,within\n"
    said = _import(tmp_path, f"{head}E1,Carla Gómez,1979-11-02,,2026-12-24,lab,\n", "encounters")[1]
    assert "day: 2026-12-24 lies ahead; an encounter has taken place." in said
    assert "within: please say by when it must follow" in said
    assert house.rows(Patient) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (HEAD.replace("birth_date", "born") + CARLA, "Missing: birth_date."),
        ("", "The first line must name the columns."),
        (b"\x00\x01\x02binary", "This is no text file."),
        (HEAD.replace("kind", "time") + CARLA, "These columns stand there twice: time."),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(
    house: House, fran: Colleague, tmp_path: Path, body: str | bytes, told: str
) -> None:
    code, said = _import(tmp_path, body)
    assert code == 1
    assert told in said
    assert house.rows(Patient) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_and_separator_is_read(
    house: House, fran: Colleague, tmp_path: Path, encoding: str
) -> None:
    body = (HEAD + CARLA).replace(",", ";").replace("\n", "\r\n").encode(encoding)
    code, said = _import(tmp_path, body)
    assert (code, said.splitlines()[-1]) == (0, "1 new, 0 changed, 0 as they were.")
    assert [each.name for each in house.rows(Patient)] == ["Carla Gómez"]


def test_encounters_bring_their_follow_ups_and_undecided_ones_stand_among_the_leaks(
    house: House, ana: Person, fran: Colleague, tmp_path: Path
) -> None:
    who = "Ana López,1961-02-03,2025550101"
    body = SEEN + f'E1,{who},2026-11-20,lab,3 weeks\nE2,{who},"Nov 19, 2026",none,\nE3,{who},11/18/2026,,\n'
    assert _import(tmp_path, body, "encounters")[1] == "3 new, 0 changed, 0 as they were.\n"
    assert [row.decision for row in house.rows(Encounter)] == ["captured", "none_needed", None]
    (order,) = house.rows(FollowUp)
    assert (order.kind, order.due_on.isoformat(), order.captured_by) == ("lab", "2026-12-11", fran.id)
    assert _import(tmp_path, body, "encounters")[1] == "0 new, 0 changed, 3 as they were.\n"
    late = body.replace("11/18/2026,,", "11/18/2026,none,")
    assert _import(tmp_path, late, "encounters")[1] == "0 new, 1 changed, 2 as they were.\n"
    assert [row.decision for row in house.rows(Encounter)] == ["captured", "none_needed", "none_needed"]


def test_only_looking_changes_nothing_and_only_staff_who_book_may_take_in(
    house: House, fran: Colleague, nora: Colleague, tmp_path: Path
) -> None:
    assert (
        _import(tmp_path, HEAD + CARLA, "appointments", "--check")[1] == "1 rows, nothing wrong. Nothing was changed.\n"
    )
    assert house.rows(Patient) == []
    file = tmp_path / "file.csv"
    for username in ("nora", "nobody"):
        ended = CliRunner().invoke(cli, ["import", "appointments", str(file), "--by", username])
        assert ended.exit_code == 1
        assert "is no sign-in of the front desk or a manager" in ended.output


def test_nothing_is_booked_for_who_has_died(house: House, ana: Person, fran: Colleague, tmp_path: Path) -> None:
    with db.transaction("tests.died") as session:
        assert people.mark_deceased(session, ana.patient_id or 0, 1, house.on(-1, 0).date(), fran.id)
    told = _import(tmp_path, HEAD + CARLA + ANA)[1]
    assert "Row 3: The patient is recorded as deceased here: nothing was booked." in told
    assert [row.patient_id == ana.patient_id for row in house.rows(Appointment)] == [False]


def test_a_new_patient_who_shares_somebodys_number_is_told_of(
    house: House, ana: Person, fran: Colleague, tmp_path: Path
) -> None:
    """H25: as on the screens, nobody shares a number unseen."""
    told = _import(tmp_path, HEAD + CARLA.replace("555-0177", "555-0101"))[1]
    assert "Row 2: The number is another patient's too: nobody can be sure who writes." in told
    assert "1 new, 0 changed, 0 as they were." in told


def test_a_run_that_was_cut_off_goes_on_where_it_was(house: House, fran: Colleague, tmp_path: Path) -> None:
    """Each row is whole by itself: what a first run did stays, and a second one does the rest."""
    from app.files import intake

    file = tmp_path / "file.csv"
    file.write_text(HEAD + CARLA + ANA, encoding="utf-8")
    looked = intake.look("appointments", file)
    with pytest.raises(KeyboardInterrupt):
        intake.take(looked, fran.id, _cut_off_after_one)
    assert len(house.rows(Appointment)) == 1
    assert _import(tmp_path, HEAD + CARLA + ANA)[1] == "1 new, 0 changed, 1 as they were.\n"
    assert len(house.rows(Appointment)) == 2


def _cut_off_after_one(records: Iterable[T]) -> Iterator[T]:
    yield next(iter(records))
    raise KeyboardInterrupt
