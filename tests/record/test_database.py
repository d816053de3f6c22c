"""The database by its few verbs, the same on both: one way in, one way to read, one way out (DESIGN 7)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import StatementError

from app import db
from app.models.records import Heartbeat
from tests.record.conftest import Record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def beats() -> int:
    with db.reading("tests.beats") as session:
        return session.scalar(select(func.count()).select_from(Heartbeat)) or 0


# --- Times ---------------------------------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_refused(record: Record) -> None:
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001  (that is the point)

    def store() -> None:
        with db.transaction("tests.naive") as session:
            session.execute(insert(Heartbeat).values(name="sweeper", at=naive))

    with pytest.raises(StatementError, match="without a zone"):
        store()
    assert beats() == 0


def test_a_time_comes_back_as_the_same_instant_in_utc(record: Record) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-6)))
    with db.transaction("tests.elsewhere") as session:
        session.execute(insert(Heartbeat).values(name="sweeper", at=there))
    with db.reading("tests.came_back") as session:
        at = session.scalars(select(Heartbeat.at)).one()
        assert session.scalar(select(Heartbeat.name).where(Heartbeat.at <= NOON)) == "sweeper"
    assert (at, at.tzinfo) == (NOON, UTC)


# --- Guarded writes ------------------------------------------------------------------------------------------------


def test_insert_or_ignore_keeps_the_first_and_says_so(record: Record) -> None:
    with db.transaction("tests.ignore") as session:
        first = db.insert_or_ignore(session, Heartbeat).values(name="sweeper", at=NOON)
        again = db.insert_or_ignore(session, Heartbeat).values(name="sweeper", at=NOON + timedelta(hours=1))
        assert session.scalar(first.returning(Heartbeat.name)) == "sweeper"
        assert session.scalar(again.returning(Heartbeat.name)) is None
        assert not db.changed(session, again)
        assert session.scalars(select(Heartbeat.at)).one() == NOON


def test_changed_says_whether_a_guarded_update_won(record: Record) -> None:
    with db.transaction("tests.changed") as session:
        assert db.changed(session, db.insert_or_ignore(session, Heartbeat).values(name="sweeper", at=NOON))
        later = update(Heartbeat).values(at=NOON + timedelta(minutes=1))
        assert db.changed(session, later.where(Heartbeat.at == NOON))
        assert not db.changed(session, later.where(Heartbeat.at == NOON))


# --- One transaction at a time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", [db.transaction, db.reading, db.outside])
def test_nothing_else_is_begun_inside_a_transaction(record: Record, inner: object) -> None:
    """No second connection for one matter, and none that waits for somebody else's server."""

    def nest() -> None:
        with db.transaction("tests.outer"), inner("tests.inner"):  # type: ignore[operator]
            pass

    with pytest.raises(RuntimeError, match=r"“tests.inner” was begun inside the transaction “tests.outer”"):
        nest()


def test_after_a_refusal_the_next_transaction_is_free(record: Record) -> None:
    with pytest.raises(RuntimeError), db.transaction("tests.first"), db.transaction("tests.second"):
        pass
    with db.transaction("tests.third"), pytest.raises(RuntimeError), db.outside("tests.fourth"):
        pass


def test_what_was_left_for_after_the_commit_happens_only_if_it_held(record: Record) -> None:
    done: list[str] = []

    def begin(name: str, fail: bool) -> None:
        with db.transaction("tests.after") as session:
            db.before_commit(session, "a", lambda _: done.append(f"{name} before"))
            db.after_commit(session, "a", lambda _: done.append(f"{name} after"))
            db.after_commit(session, "a", lambda _: done.append("never: the same key keeps the first"))
            if fail:
                raise ZeroDivisionError

    begin("kept", fail=False)
    with pytest.raises(ZeroDivisionError):
        begin("lost", fail=True)
    assert done == ["kept before", "kept after"]


def test_what_a_reading_writes_is_never_kept(record: Record) -> None:
    """PostgreSQL refuses it, SQLite forgets it."""

    def write() -> None:
        with db.reading("tests.reading_that_writes") as session:
            session.execute(insert(Heartbeat).values(name="sweeper", at=NOON))

    if db.engine().dialect.name == "postgresql":
        with pytest.raises((*db.DATABASE_AWAY, StatementError)):
            write()
    else:
        write()
    assert beats() == 0


def test_the_limits_are_in_force(record: Record) -> None:
    """A webhook must be answered in four seconds, so nothing here may wait longer than two (HAZARDS F10)."""
    with db.reading("tests.limits") as session:
        if db.engine().dialect.name == "postgresql":
            limits = {"statement_timeout": "2s", "lock_timeout": "2s", "TimeZone": "UTC"}
            assert {name: session.scalar(text(f"show {name}")) for name in limits} == limits
        else:
            pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1500}
            assert {name: session.scalar(text(f"pragma {name}")) for name in pragmas} == pragmas
