"""The record grows and is never changed: one chain for each stream, whoever writes at the same time (P10)."""

import threading

import pytest
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from app import anchors, contact_points, db, sealing, timeline
from app.anchors import Flaw
from app.messaging import consent, delivery
from app.models.records import Entry, SealedText, Stream
from tests.record.conftest import Record

WRITERS, ENTRIES_EACH = 8, 8


def test_each_stream_has_a_chain_of_its_own(record: Record) -> None:
    record.writes("number:1", "patient:1", words="hello", id=1)
    record.writes("number:1", id=2)
    with db.reading("tests.heads") as session:
        heads = {row.name: row.length for row in session.scalars(select(Stream))}
        entries = session.scalars(select(Entry).order_by(Entry.stream, Entry.position)).all()
    assert heads == {"number:1": 2, "patient:1": 1}
    assert [(entry.stream, entry.position) for entry in entries] == [("number:1", 1), ("number:1", 2), ("patient:1", 1)]
    assert len({entry.digest for entry in entries}) == 3
    assert record.flaws() == []


def test_entries_of_one_transaction_stand_in_the_order_they_were_appended(record: Record) -> None:
    with db.transaction("tests.several") as session:
        for number in range(5):
            timeline.append(session, "number:1", "note_written", "agent", words=f"line {number}", id=number)
    with db.reading("tests.several_read") as session:
        happened = timeline.read(session, ["number:1"])
    assert [(each.position, each.words) for each in happened] == [(n + 1, f"line {n}") for n in range(5)]


def test_what_is_rolled_back_leaves_no_entry(record: Record) -> None:
    def write_and_fail() -> None:
        with db.transaction("tests.rolled_back") as session:
            timeline.append(session, "number:1", "note_written", "agent")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with db.reading("tests.nothing") as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_reading_gives_the_newest_oldest_first(record: Record) -> None:
    for number in range(6):
        record.writes("number:1" if number % 2 else "patient:1", id=number)
    with db.reading("tests.newest") as session:
        assert [each.details["id"] for each in timeline.read(session, ["number:1", "patient:1"], limit=4)] == [
            2,
            3,
            4,
            5,
        ]


def append_again_if_busy(actor: str, number: int) -> None:
    """SQLite lets one writer in at a time and sends the others away after 1.5 s; they come again, as our callers do."""
    while True:
        try:
            with db.transaction("tests.at_once") as session:
                timeline.append(session, "number:1", "note_written", actor, words="x", id=number)
        except OperationalError:
            assert db.engine().dialect.name == "sqlite"
        else:
            return


@pytest.mark.parametrize("known", [True, False], ids=["a stream with a past", "a stream nobody has written to"])
def test_eight_who_write_at_once_leave_one_unbroken_chain(record: Record, known: bool) -> None:
    expected = WRITERS * ENTRIES_EACH
    if known:
        record.writes("number:1")
        expected += 1
    failed: list[Exception] = []
    ready = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        ready.wait()
        for number in range(ENTRIES_EACH):
            try:
                append_again_if_busy(f"staff:{writer}", number)
            except Exception as error:  # noqa: BLE001  (whatever it was: the test shows it)
                failed.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with db.reading("tests.unbroken") as session:
        positions = session.scalars(select(Entry.position).order_by(Entry.position)).all()
    assert list(positions) == list(range(1, expected + 1))
    assert record.flaws() == []


# --- The database itself refuses -----------------------------------------------------------------------------------


def some_of_each(record: Record) -> None:
    record.writes("number:1")
    with db.transaction("tests.some_of_each") as session:
        point = contact_points.lock(session, "+12025550101")
        consent.opt_out(session, point.id, "patient")
        delivery.record(session, delivery.Report("no-such-token", "SM" + "0" * 32, "sent", ""))


@pytest.mark.parametrize("act", ["update {0} set {1} = {1}", "delete from {0}"], ids=["update", "delete"])
@pytest.mark.parametrize(
    ("table", "column"), [("entry", "kind"), ("consent_event", "kind"), ("delivery_event", "status")]
)
def test_the_database_refuses_to_change_or_remove(record: Record, table: str, column: str, act: str) -> None:
    some_of_each(record)
    with db.engine().connect() as connection:
        assert connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(act.format(table, column)))


# --- Sealed anew ---------------------------------------------------------------------------------------------------


def test_words_sealed_anew_with_another_key_leave_the_chain_whole(record: Record) -> None:
    """DESIGN 7: the chain is over the plain words, so that appended entries never change when keys do."""
    for number in range(3):
        record.writes("number:1", "patient:1", words=f"sí, {number}", id=number)
    old, index = record.settings.data_keys.get_secret_value(), record.settings.index_key.get_secret_value()
    sealing.start(f"k2:{'7b' * 32},{old}", index)
    with db.transaction("tests.seal_anew") as session:
        for row in session.scalars(select(SealedText)):
            session.execute(
                update(SealedText)
                .where(SealedText.stream == row.stream, SealedText.position == row.position)
                .values(words=row.words)
            )
    sealing.start(f"k2:{'7b' * 32}", index)
    assert record.flaws() == []


def test_words_whose_key_is_gone_are_a_flaw_and_not_the_end_of_the_proof(record: Record) -> None:
    record.writes("number:1", words="hello")
    record.writes("number:1")
    sealing.start(f"k2:{'7b' * 32}", record.settings.index_key.get_secret_value())
    assert [(flaw.position, flaw.sentence) for flaw in record.flaws()] == [(1, "the entry is not as it was written")]


# --- Anchors -------------------------------------------------------------------------------------------------------


def test_heads_are_anchored_once_an_hour_outside_the_database(record: Record) -> None:
    record.writes("number:1")
    written = []
    for _ in range(13):
        written.append(anchors.write_if_due(record.directory))
        record.clock.passes(minutes=10)
    assert [number for number, wrote in enumerate(written) if wrote] == [0, 6, 12]
    lines = (record.directory / anchors.FILE).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert all('"number:1"' in line for line in lines)


def test_what_was_anchored_can_be_cut_by_nobody(record: Record) -> None:
    """A cut that also sets the head back fits the chain; only the anchor outside tells."""
    for number in range(4):
        record.writes("number:1", id=number)
    anchors.write_if_due(record.directory)

    def cut(connection: Connection) -> None:
        connection.execute(text("delete from entry where position > 2"))
        connection.execute(text("update stream set length = 2, head = (select digest from entry where position = 2)"))

    record.lower_the_guard()
    assert [flaw.sentence for flaw in record.after(cut)] == ["entries that were anchored are gone"]
    assert record.flaws() == []


def test_a_cut_that_has_grown_back_is_found_by_the_anchor_before_it(record: Record) -> None:
    """H38: nobody needs a key to set the head back, and we go on from there; both anchors of that length are kept."""
    for number in range(4):
        record.writes("number:1", id=number)
    anchors.write_if_due(record.directory)
    record.lower_the_guard()
    with db.engine().begin() as connection:
        connection.execute(text("delete from entry where position > 3"))
        connection.execute(text("update stream set length = 3, head = (select digest from entry where position = 3)"))
    record.writes("number:1", id=99)
    record.clock.passes(hours=1)
    anchors.write(record.directory)
    sentence = "the entry differs from its anchor outside the database"
    assert [(flaw.position, flaw.sentence) for flaw in record.flaws()] == [(4, sentence)]


def test_a_torn_line_ends_no_anchoring_and_is_told(record: Record) -> None:
    """A power cut or a full disk in the middle of a line: the next hour is anchored on a line of its own."""
    kept = record.directory / anchors.FILE
    anchors.write_if_due(record.directory)
    with kept.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-11-2')
    assert not anchors.write_if_due(record.directory), "the last whole anchor is of this hour"
    record.clock.passes(hours=2)
    assert anchors.write_if_due(record.directory)
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 3
    assert record.flaws() == [Flaw(anchors.FILE, 2, "this line of the anchors cannot be read")]


@pytest.mark.parametrize("line", ["[]", '{"heads": {}}', '{"at": "x", "heads": {"a": 1}}', "\x00", "null"])
def test_a_strange_line_is_passed_over(record: Record, line: str) -> None:
    kept = record.directory / anchors.FILE
    anchors.write_if_due(record.directory)
    with kept.open("a", encoding="utf-8") as file:
        file.write(line * 70_000 if line == "\x00" else line + "\n")
    record.clock.passes(hours=2)
    assert anchors.write_if_due(record.directory)
    assert [flaw.position for flaw in record.flaws()] == [2]
