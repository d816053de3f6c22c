"""A transaction may write into any number of streams: an import touches every patient's."""

from app import db, timeline
from tests.house import House

MANY = 1500


def test_one_transaction_writes_into_many_streams(house: House) -> None:
    for _ in range(2):
        with db.transaction("tests.many_streams") as session:
            for number in range(MANY):
                timeline.append(session, timeline.of_patient(number), "looked_at_patient", "agent", id=number)
    with db.reading("tests.many_streams_read") as session:
        ends = [timeline.read(session, [timeline.of_patient(number)]) for number in (0, MANY - 1)]
    assert [[entry.position for entry in entries] for entries in ends] == [[1, 2], [1, 2]]
