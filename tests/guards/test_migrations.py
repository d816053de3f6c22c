"""The tables as the models say, on both databases, by one line of migrations."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app import db, schema, tables
from tests.guards.source import ROOT

VERSIONS = ROOT / "app" / "migrations" / "versions"


def test_there_is_one_head_and_one_line() -> None:
    script = ScriptDirectory.from_config(schema._config())
    assert script.get_heads() == [schema.head()]
    assert len(list(script.walk_revisions())) == len(list(VERSIONS.glob("[0-9]*.py")))


def test_migrations_are_numbered_and_named() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("*.py") if path.stem != "__init__")
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
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
