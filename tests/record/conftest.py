"""A bare database with keys and an obedient clock: what the record needs, and nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app import anchors, clock, db, queue, sealing, settings, timeline
from app.anchors import Flaw
from tests.house import ObedientClock, house_settings


class Record:
    """The record of a practice, open to honest appends and to tampering with raw SQL."""

    def __init__(self, url: str, directory: Path) -> None:
        self.clock = ObedientClock()
        self.directory = directory
        self.settings = house_settings(DATABASE_URL=url, ANCHOR_DIR=str(directory))
        sealing.start(self.settings.data_keys.get_secret_value(), self.settings.index_key.get_secret_value())
        settings.use(self.settings)
        clock.use(self.clock)
        db.start(url)
        queue.start(self.settings.redis_url)  # nobody is there: what a commit announces is lost, and that is all

    def writes(self, *streams: str, words: str | None = None, **details: object) -> None:
        """One transaction with an entry in each of these streams."""
        with db.transaction("tests.record.writes") as session:
            for stream in streams:
                timeline.append(session, stream, "note_written", "staff:1", words=words, **details)
        self.clock.passes(seconds=7)

    def flaws(self) -> list[Flaw]:
        with db.reading("tests.record.flaws") as session:
            return list(anchors.verify(session, self.directory))

    def after(self, tamper: Callable[[Connection], None]) -> list[Flaw]:
        """What the proof finds once `tamper` has had the database to itself; then all is as before."""
        with db.engine().connect() as connection, connection.begin() as transaction:
            tamper(connection)
            with Session(connection) as session:
                found = list(anchors.verify(session, self.directory))
            transaction.rollback()
        return found

    def lower_the_guard(self) -> None:
        """Drop the triggers, as somebody with the database's own password could."""
        with db.engine().begin() as connection:
            if connection.dialect.name == "sqlite":
                names = connection.scalars(text("select name from sqlite_master where type = 'trigger'")).all()
                for name in names:
                    connection.execute(text(f"drop trigger {name}"))
            else:
                connection.execute(text("drop function refuse_change cascade"))

    def close(self) -> None:
        db.stop()
        settings.use(None)
        clock.use(None)


@pytest.fixture
def record(bare_database_url: str, tmp_path: Path) -> Iterator[Record]:
    kept = Record(bare_database_url, tmp_path / "anchors")
    yield kept
    kept.close()
