"""Who looked is recorded too: once for each person, matter and quarter of an hour (P10, H34)."""

from app import clock, db, timeline
from tests.record.conftest import Record


def look(staff_id: int, subject: str, subject_id: int) -> None:
    with db.transaction("tests.look") as session:
        timeline.looked(session, staff_id, subject, subject_id)


def looks(staff_id: int) -> list[tuple[str, int]]:
    with db.reading("tests.looks") as session:
        return [(each.kind, each.details["id"]) for each in timeline.read(session, [timeline.of_staff(staff_id)])]


def test_looking_again_within_a_quarter_of_an_hour_is_one_entry(record: Record) -> None:
    for _ in range(4):
        look(1, "patient", 7)
        record.clock.passes(minutes=4)
    assert looks(1) == [("looked_at_patient", 7)]


def test_looking_again_later_is_another_entry(record: Record) -> None:
    look(1, "patient", 7)
    record.clock.passes(minutes=15)
    look(1, "patient", 7)
    assert looks(1) == [("looked_at_patient", 7)] * 2


def test_every_person_patient_and_item_counts_for_itself(record: Record) -> None:
    for subject, subject_id in (("patient", 7), ("patient", 8), ("item", 7)):
        look(1, subject, subject_id)
    look(2, "patient", 7)
    assert looks(1) == [("looked_at_patient", 7), ("looked_at_patient", 8), ("looked_at_item", 7)]
    assert looks(2) == [("looked_at_patient", 7)]


def test_an_entry_carries_the_time_of_the_clock(record: Record) -> None:
    look(1, "patient", 7)
    with db.reading("tests.when") as session:
        (entry,) = timeline.read(session, ["staff:1"])
    assert entry.at == clock.now()
