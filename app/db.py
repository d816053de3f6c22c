"""The database: one way in (`transaction`), one way to read (`reading`), one way out of the process (`outside`)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Table,
    bindparam,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app import crash, engines
from app.one_writer import OneWriter

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises when the database is gone, locked or too slow: nothing was kept, try again."""

IN_THE_WAY = frozenset({"55P03", "57014", "40P01", "40001"})
"""PostgreSQL's codes for a lock or a statement that took too long, a deadlock, a lost race: somebody has these rows."""

ROWS_AT_ONCE = 50

_engine: Engine | None = None
_writer: OneWriter | None = None  # on SQLite
_open_transaction: ContextVar[str | None] = ContextVar("open_transaction", default=None)


class Base(DeclarativeBase):
    """All tables; constraint names are fixed so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values going in, gives aware UTC coming out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def start(url: str, *, pool_size: int = 10, max_overflow: int = 20) -> None:
    """Connect this process to `url` (sqlite:///… or postgresql+psycopg://…) with the time limits of DESIGN 7."""
    global _engine, _writer
    stop()
    _engine = engines.make(url, pool_size, max_overflow)
    if _engine.dialect.name == "sqlite":
        file = _engine.url.database
        _writer = OneWriter(Path(f"{file}-turn") if file else None)


def stop() -> None:
    """Close every connection."""
    global _engine, _writer
    if _engine is not None:
        _engine.dispose()
    if _writer is not None:
        _writer.close()
    _engine = _writer = None


def engine() -> Engine:
    if _engine is None:
        raise RuntimeError("The database is not connected: call db.start first.")
    return _engine


@contextmanager
def transaction(name: str) -> Iterator[Session]:
    """One commit, or nothing. `name` is unique in the code. What was left for `before_commit` runs inside it,
    what was left for `after_commit` runs once it has held."""
    _refuse_nesting(name)
    token = _open_transaction.set(name)
    try:
        with turn_to_write(), Session(engine(), expire_on_commit=False, autoflush=False) as session:
            with session.begin():
                crash.point(name, "begun")
                yield session
                session.flush()
                for act in list(_waiting(session, "before_commit").values()):
                    act(session)
                crash.point(name, "before_commit")
            crash.point(name, "committed")
            left = list(_waiting(session, "after_commit").values())
    finally:
        _open_transaction.reset(token)
    for act in left:
        act(session)
    if left:
        crash.point(name, "done")


@contextmanager
def turn_to_write() -> Iterator[None]:
    """On SQLite all writers of this machine go one after the other (app.one_writer). Raises PoolTimeout as late as
    SQLite itself would."""
    if _writer is None:
        yield
        return
    with _writer.turn(engines.SQLITE_BUSY_MS / 1000) as ours:
        if not ours:
            raise PoolTimeout("others have been writing for too long")
        yield


@contextmanager
def reading(name: str) -> Iterator[Session]:
    """A session that only reads; on SQLite it takes no write lock."""
    _refuse_nesting(name)
    options = {"handrail_readonly": True} if engine().dialect.name == "sqlite" else {"postgresql_readonly": True}
    with engine().connect().execution_options(**options) as connection, Session(connection, autoflush=False) as session:
        yield session


@contextmanager
def outside(name: str) -> Iterator[None]:
    """Around every call that leaves the process; refused while a transaction is open, so that no
    connection waits for somebody else's server. `name` is unique in the code."""
    _refuse_nesting(name)
    crash.point(name, "before")
    try:
        yield
    finally:
        crash.point(name, "after")


def before_commit(session: Session, key: str, act: Callable[[Session], None]) -> None:
    """Run `act` last in this transaction; the same `key` again keeps the first."""
    _waiting(session, "before_commit").setdefault(key, act)


def after_commit(session: Session, key: str, act: Callable[[Session], None]) -> None:
    """Run `act` once this transaction has been committed; the same `key` again keeps the first."""
    _waiting(session, "after_commit").setdefault(key, act)


def gone(error: Exception) -> bool:
    """Whether nothing can be done with the database now, as against: these rows were in somebody's hands."""
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, DATABASE_AWAY) and code not in IN_THE_WAY


def changed(session: Session, statement: Executable) -> bool:
    """Carry out a guarded UPDATE or INSERT … ON CONFLICT and say whether it won (promise P8)."""
    # An INSERT that fetches its new key forgets its row count on PostgreSQL unless it is told to keep it.
    kept = session.execute(statement, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", kept).rowcount == 1


def run(
    session: Session, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> "CursorResult[Any]":
    """Carry out a statement over tables in this transaction, past the ORM: for what every text runs. Objects that
    the session holds already do not hear of it."""
    if (connection := session.info.get("connection")) is None:
        connection = session.info["connection"] = session.connection()
    done: CursorResult[Any] = connection.execute(statement, values)
    return done


def put(session: Session, model: type[Base], values: Mapping[str, Any]) -> int | None:
    """Insert a row unless its unique key is there already: its id, or None."""
    key: int | None = run(session, _put(session.get_bind().dialect.name, table_of(model)), values).scalar()
    return key


@cache
def _put(dialect: str, table: Table) -> Executable:
    """Built once for a table: building costs more than running."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing().returning(table.c.id)


def put_all(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all with the same columns, by one statement: a driver that is given a list sends it row by row."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        values = {f"{name}_{place}": value for place, row in enumerate(some) for name, value in row.items()}
        run(session, _put_all(table_of(model), tuple(some[0]), len(some)), values)


@cache
def _put_all(table: Table, names: tuple[str, ...], many: int) -> Executable:
    """As text: SQLAlchemy writes an INSERT of several rows anew each time it runs."""
    rows = ", ".join("(" + ", ".join(f":{name}_{place}" for name in names) + ")" for place in range(many))
    columns = ", ".join(f'"{name}"' for name in names)
    return text(f"INSERT INTO {table.name} ({columns}) VALUES {rows}").bindparams(  # noqa: S608  (names of our tables)
        *(bindparam(f"{name}_{place}", type_=table.c[name].type) for name in names for place in range(many))
    )


def table_of(model: type[Base]) -> Table:
    """The table under a class, for statements that need no objects: they cost a fraction of the ORM's."""
    return Base.metadata.tables[model.__tablename__]


def insert_or_ignore(session: Session, model: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that leaves an existing row alone (ON CONFLICT DO NOTHING), for either database."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table_of(model)).on_conflict_do_nothing()
    return postgresql.insert(table_of(model)).on_conflict_do_nothing()


def _waiting(session: Session, moment: str) -> dict[str, Callable[[Session], None]]:
    return cast("dict[str, Callable[[Session], None]]", session.info.setdefault(moment, {}))


def _refuse_nesting(name: str) -> None:
    if (held := _open_transaction.get()) is not None:
        raise RuntimeError(f"“{name}” was begun inside the transaction “{held}”")
