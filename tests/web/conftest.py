"""Web tests that promise nothing about a database run on SQLite alone, without carrier or Redis."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import clock, create_app, db, settings
from tests.house import ObedientClock, house_settings


@pytest.fixture
def now() -> Iterator[ObedientClock]:
    """The time, which stands still."""
    standing = ObedientClock()
    clock.use(standing)
    yield standing
    clock.use(None)


@pytest.fixture
def web(empty_sqlite: Path, tmp_path: Path, now: ObedientClock) -> Iterator[Flask]:
    """The application on an empty database, with no Redis behind it."""
    copy = tmp_path / "handrail.db"
    shutil.copy(empty_sqlite, copy)
    yield create_app(house_settings(DATABASE_URL=f"sqlite:///{copy}", ANCHOR_DIR=str(tmp_path / "anchors")))
    db.stop()
    settings.use(None)
