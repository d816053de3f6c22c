"""Connections to either database, with the time limits of DESIGN 7."""

from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from app import patience

CONNECT_SECONDS = 2
POOL_SECONDS = 1
STATEMENT_MS = 2000
IDLE_MS = 10_000  # a process that stands still in the middle of a transaction gives its locks up
SQLITE_BUSY_MS = 1500
STOOD_STILL = frozenset({"25P03", "25P04"})
"""PostgreSQL's codes for a transaction that did nothing, or took altogether, longer than it may."""


def make(url: str, pool_size: int, max_overflow: int) -> Engine:
    """An engine for `url`: sqlite:///… or postgresql+psycopg://…"""
    return (_sqlite if is_sqlite(url) else _postgres)(url, pool_size, max_overflow)


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _postgres(url: str, pool_size: int, max_overflow: int) -> Engine:
    limits = (
        f"-c statement_timeout={STATEMENT_MS} -c lock_timeout={STATEMENT_MS}"
        f" -c idle_in_transaction_session_timeout={IDLE_MS} -c timezone=UTC"
    )
    made = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,  # an error's text must not hold a patient's words (P11)
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": STATEMENT_MS,  # a server that fell silent is a server that is gone
            "keepalives_idle": 2,
            "keepalives_interval": 1,
            "keepalives_count": 2,
            "options": limits,
        },
    )

    @event.listens_for(made, "do_connect")
    def _connect(_dialect: Dialect, _record: object, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if patience.left() < CONNECT_SECONDS:  # the driver cannot be asked to wait for less
            raise psycopg.OperationalError("there is no time left to connect")
        return patience.ImpatientConnection.connect(*args, **named)

    event.listen(made, "handle_error", _name_what_ended_it)
    return made


def _name_what_ended_it(context: ExceptionContext) -> OperationalError | None:
    """The server took our connection since we stood still: to whoever works here the database is away, and not the
    one text or row to blame that was at hand. The driver files it under errors of the program."""
    lost = context.original_exception
    if getattr(lost, "sqlstate", None) in STOOD_STILL:
        return OperationalError(context.statement, None, lost, hide_parameters=True)
    return None


def _sqlite(url: str, pool_size: int, max_overflow: int) -> Engine:
    made = create_engine(
        url, pool_size=pool_size, max_overflow=max_overflow, pool_timeout=POOL_SECONDS, hide_parameters=True
    )

    @event.listens_for(made, "connect")
    def _prepare(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # the driver's own BEGIN loses updates (DEPENDENCIES, surprise 1)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_MS}"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        readonly = connection.get_execution_options().get("handrail_readonly", False)
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return made
