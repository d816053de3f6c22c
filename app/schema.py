"""The schema: bringing a database to the newest revision, and saying where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app import db

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate() -> None:
    """Bring the connected database to the newest revision; safe to repeat."""
    command.upgrade(_config(), "head")


def head() -> str:
    """The newest revision the code knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise RuntimeError("there is no migration")
    return newest


def current() -> str | None:
    """The revision the database stands at; None when it is empty."""
    with db.reading("schema.current") as session:  # waits for nobody who writes
        return MigrationContext.configure(session.connection()).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
