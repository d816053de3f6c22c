"""Somebody with the database's password tampers with the record; `verify-log` finds every single time (H38)."""

import json
import random
from collections.abc import Callable, Mapping

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from app import anchors, db, sealing
from app.cli.upkeep import verify_log
from tests.record.conftest import Record

STREAMS = ("number:1", "number:2", "patient:1", "staff:1")
ENTRIES_EACH, TAMPERINGS, SEED = 9, 250, 20261122

Tamper = Callable[[Connection, random.Random], str]


def entry(connection: Connection, chance: random.Random, *, but_last: bool = False) -> RowMapping:
    rows = connection.execute(text("select * from entry order by stream, position")).mappings().all()
    return chance.choice([row for row in rows if not but_last or row["position"] < ENTRIES_EACH])


def change(connection: Connection, row: RowMapping, column: str, value: object) -> None:
    connection.execute(
        text(f"update entry set {column} = :value where stream = :stream and position = :position"),  # noqa: S608
        {"value": value, "stream": row["stream"], "position": row["position"]},
    )


def edit(connection: Connection, chance: random.Random) -> str:
    """Another kind, actor, detail or time."""
    row = entry(connection, chance)
    column = chance.choice(["kind", "actor", "details", "at"])
    details = row["details"] if isinstance(row["details"], dict) else json.loads(row["details"])
    value = {
        "kind": "closed",
        "actor": "agent",
        "details": json.dumps({**details, "id": details["id"] + 1}),
        "at": "2026-11-23 16:00:00.000001" + ("+00" if connection.dialect.name != "sqlite" else ""),
    }[column]
    change(connection, row, column, value)
    return f"edit {column} of {row['stream']}/{row['position']}"


def edit_words(connection: Connection, chance: random.Random) -> str:
    """Other words, sealed with the right key in the right place."""
    row = entry(connection, chance)
    connection.execute(
        text("update sealed_text set words = :words where stream = :stream and position = :position"),
        {"words": sealing.seal("no pain", "sealed_text.words"), "stream": row["stream"], "position": row["position"]},
    )
    return f"words of {row['stream']}/{row['position']}"


def forge_digest(connection: Connection, chance: random.Random) -> str:
    row = entry(connection, chance)
    change(connection, row, "digest", chance.randbytes(32))
    return f"digest of {row['stream']}/{row['position']}"


def delete(connection: Connection, chance: random.Random) -> str:
    row = entry(connection, chance)
    _remove(connection, "stream = :stream and position = :position", dict(row))
    return f"delete {row['stream']}/{row['position']}"


def delete_and_close_the_gap(connection: Connection, chance: random.Random) -> str:
    row = dict(entry(connection, chance, but_last=True))
    _remove(connection, "stream = :stream and position = :position", row)
    for position in range(row["position"] + 1, ENTRIES_EACH + 1):
        _renumber(connection, row["stream"], position, position - 1)
    connection.execute(
        text("update stream set length = :length where name = :stream"), {"length": ENTRIES_EACH - 1, **row}
    )
    return f"delete and close up {row['stream']}/{row['position']}"


def insert(connection: Connection, chance: random.Random) -> str:
    """A new last entry, with a digest made without our key, and a head that fits it."""
    row = dict(entry(connection, chance))
    row |= {"position": ENTRIES_EACH + 1, "digest": chance.randbytes(32)}
    details = row["details"] if isinstance(row["details"], str) else json.dumps(row["details"])
    connection.execute(
        text("insert into entry values (:stream, :position, :at, :kind, :actor, :details, :digest)"),
        {**row, "details": details},
    )
    connection.execute(text("update stream set length = :position, head = :digest where name = :stream"), row)
    return f"insert at the end of {row['stream']}"


def swap(connection: Connection, chance: random.Random) -> str:
    """Two entries change places, words and all."""
    row = entry(connection, chance, but_last=True)
    stream, one, other = row["stream"], row["position"], row["position"] + 1
    for was, becomes in ((one, 1000), (other, one), (1000, other)):
        _renumber(connection, stream, was, becomes)
    return f"swap {stream}/{one} and {other}"


def cut_the_tail(connection: Connection, chance: random.Random) -> str:
    """The last entries go, and the head is set back so that it fits what is left."""
    stream, left = chance.choice(STREAMS), chance.randint(1, ENTRIES_EACH - 1)
    _remove(connection, "stream = :stream and position > :left", {"stream": stream, "left": left})
    connection.execute(
        text(
            "update stream set length = :left, head = "
            "(select digest from entry where stream = :stream and position = :left) where name = :stream"
        ),
        {"stream": stream, "left": left},
    )
    return f"cut {stream} after {left}"


def lose_a_whole_stream(connection: Connection, chance: random.Random) -> str:
    stream = {"stream": chance.choice(STREAMS)}
    _remove(connection, "stream = :stream", stream)
    connection.execute(text("delete from stream where name = :stream"), stream)
    return f"lose {stream['stream']}"


def move_to_another_stream(connection: Connection, chance: random.Random) -> str:
    """One patient's whole past becomes another's."""
    stream = {"stream": chance.choice(STREAMS)}
    columns = "position, at, kind, actor, details, digest"
    copy = f"insert into entry select 'patient:99', {columns} from entry where stream = :stream"  # noqa: S608
    connection.execute(text(copy), stream)
    connection.execute(text("update sealed_text set stream = 'patient:99' where stream = :stream"), stream)
    connection.execute(text("delete from entry where stream = :stream"), stream)
    connection.execute(text("update stream set name = 'patient:99' where name = :stream"), stream)
    return f"move {stream['stream']}"


TAMPERS: tuple[Tamper, ...] = (
    edit, edit_words, forge_digest, delete, delete_and_close_the_gap, insert, swap, cut_the_tail, lose_a_whole_stream,
    move_to_another_stream,
)  # fmt: skip


def fill(record: Record) -> None:
    for number in range(ENTRIES_EACH):
        record.writes(*STREAMS, words=f"line {number}", id=number)
    anchors.write_if_due(record.directory)
    record.lower_the_guard()


@pytest.mark.slow
@pytest.mark.long
def test_every_tampering_is_found(record: Record) -> None:
    """Each of ten kinds, 250 times in all, at places chosen by a fixed seed."""
    fill(record)
    assert record.flaws() == []
    chance, missed = random.Random(SEED), []  # noqa: S311
    for number in range(TAMPERINGS):
        done: list[str] = []
        tamper = TAMPERS[number % len(TAMPERS)]
        if not record.after(lambda connection, tamper=tamper, done=done: done.append(tamper(connection, chance))):  # type: ignore[misc]
            missed.append((number, *done))
    assert missed == []
    assert record.flaws() == []


@pytest.mark.parametrize(("column", "value"), [("details", "{"), ("at", "long ago"), ("digest", "text")])
def test_what_cannot_even_be_read_is_a_flaw_and_not_the_end_of_the_proof(
    record: Record, column: str, value: str
) -> None:
    """SQLite takes anything into a column; PostgreSQL refuses by itself."""
    fill(record)

    def spoil(connection: Connection) -> None:
        change(connection, entry(connection, random.Random(SEED)), column, value)  # noqa: S311

    try:
        found = record.after(spoil)
    except DBAPIError:
        assert record.settings.database_url.startswith("postgresql")
    else:
        assert "the entry is not as it was written" in [flaw.sentence for flaw in found]


@pytest.mark.parametrize("words", [b"k1:not sealed at all", None], ids=["not sealed", "sealed"])
def test_words_put_beside_an_entry_that_had_none_are_found(record: Record, words: bytes | None) -> None:
    record.writes("number:1")

    def add(connection: Connection) -> None:
        sealed = words or sealing.seal("hello", "sealed_text.words")
        connection.execute(text("insert into sealed_text values ('number:1', 1, :words)"), {"words": sealed})

    assert [flaw.position for flaw in record.after(add)] == [1]


def test_verify_log_says_where(record: Record) -> None:
    fill(record)
    whole = CliRunner().invoke(verify_log)
    assert whole.exit_code == 0
    assert "every entry is as it was written.\nCompared with 1 anchors, from 2026-11-23 16:01 to" in whole.stdout
    with db.engine().begin() as connection:
        connection.execute(text("update entry set kind = 'closed' where stream = 'patient:1' and position = 3"))
    changed = CliRunner().invoke(verify_log)
    assert changed.exit_code == 1
    assert changed.stderr == "patient:1, entry 3: the entry is not as it was written.\n"


def test_without_an_anchor_nobody_says_that_the_record_is_whole(record: Record) -> None:
    """H38: whoever can take the anchors away could cut what they knew of."""
    fill(record)
    (record.directory / anchors.FILE).unlink()
    told = CliRunner().invoke(verify_log)
    assert (told.exit_code, "whole" in told.output) == (1, False)
    assert "an end that was cut off could not be seen" in told.stderr


def _remove(connection: Connection, where: str, values: Mapping[str, object]) -> None:
    for table in ("sealed_text", "entry"):
        connection.execute(text(f"delete from {table} where {where}"), values)  # noqa: S608


def _renumber(connection: Connection, stream: str, was: int, becomes: int) -> None:
    """An entry and its words take another position; the foreign key asks for a copy first."""
    values = {"stream": stream, "was": was, "becomes": becomes}
    connection.execute(
        text(
            "insert into entry select stream, :becomes, at, kind, actor, details, digest from entry "
            "where stream = :stream and position = :was"
        ),
        values,
    )
    connection.execute(
        text("update sealed_text set position = :becomes where stream = :stream and position = :was"), values
    )
    connection.execute(text("delete from entry where stream = :stream and position = :was"), values)
