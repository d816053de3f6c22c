"""The tables as the models say, on both databases, by one line of migrations."""

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app import db, schema, tables
from tests.guards.source import ROOT

VERSIONS = ROOT / "app" / "migrations" / "versions"


def test_there_is_one_head_and_one_line() -> None:
    script = ScriptDirectory.from_config(schema._config())
    assert script.get_heads() == [schema.head()]
    assert len(list(script.walk_revisions())) == len(list(VERSIONS.glob("[0-9]*.py")))


def test_migrations_are_numbered_and_named() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("*.py") if path.stem != "__init__")
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), "in the order in which they run"
    assert all(re.fullmatch(r"\d{4}(_[a-z0-9]+)+", name) for name in names)


def test_models_and_migrations_agree(bare_database_url: str) -> None:
    db.start(bare_database_url)
    try:
        with db.engine().connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
            assert compare_metadata(context, tables.metadata) == []
    finally:
        db.stop()


def test_migrating_again_changes_nothing(bare_database_url: str) -> None:
    db.start(bare_database_url)
    try:
        before = sorted(inspect(db.engine()).get_table_names())
        schema.migrate()
        assert schema.current() == schema.head()
        assert sorted(inspect(db.engine()).get_table_names()) == before
        with db.engine().connect() as connection:
            assert connection.execute(text("select count(*) from alembic_version")).scalar() == 1
    finally:
        db.stop()


def test_rows_that_others_point_to_outlive_a_table_that_is_made_anew(tmp_path: Path) -> None:
    """SQLite changes a condition by making the table anew; a practice's staff is pointed to from everywhere."""
    db.start(f"sqlite:///{tmp_path}/filled.db")
    try:
        command.upgrade(schema._config(), "0014")
        with db.transaction("tests.filled") as session:
            session.execute(text("insert into staff values (1, 'nora', 'Nora', 'nurse', '-', null, '2026-11-22')"))
            signed_in = "insert into sign_in values (1, x'00', 1, 'token', '2026-11-22', '2026-11-22', null)"
            session.execute(text(signed_in))
        schema.migrate()
        with db.transaction("tests.after") as session:
            assert session.execute(text("select role, password_given from staff")).all() == [("nurse", 0)]
            session.execute(text("update staff set role = 'admin'"))
            with pytest.raises(IntegrityError):
                session.execute(text("update staff set role = 'surgeon'"))
            with pytest.raises(IntegrityError):
                session.execute(text("update sign_in set staff_id = 7"))
    finally:
        db.stop()
