"""How Alembic reaches the database: the engine of app.db, the tables of app.tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from app import db
from app.tables import metadata


@contextmanager
def _rows_may_be_pointed_at(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which it refuses while rows point to it. That is looked at once all is
    done instead, before the commit; and only outside a transaction can it be told so."""
    if connection.dialect.name != "sqlite":
        yield
        return
    itself = connection.connection.cursor()
    itself.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        itself.execute("PRAGMA foreign_keys=ON")


def _refuse_lost_rows(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a row would point to one that is not there")


with db.engine().connect() as connection, _rows_may_be_pointed_at(connection):
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
        _refuse_lost_rows(connection)
    connection.commit()
