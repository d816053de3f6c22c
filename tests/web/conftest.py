"""Web tests that promise nothing about a database run on SQLite alone, without carrier or Redis."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import clock, create_app, db, settings
from app.settings import Settings
from tests.house import ObedientClock, house_settings, opened


@pytest.fixture
def now() -> Iterator[ObedientClock]:
    """The time, which stands still."""
    standing = ObedientClock()
    clock.use(standing)
    yield standing
    clock.use(None)


@pytest.fixture
def for_web(empty_sqlite: Path, tmp_path: Path, now: ObedientClock) -> Iterator[Settings]:
    """Settings with an empty database, and no Redis behind them."""
    copy = tmp_path / "handrail.db"
    shutil.copy(empty_sqlite, copy)
    yield house_settings(DATABASE_URL=f"sqlite:///{copy}", ANCHOR_DIR=str(tmp_path / "anchors"))
    db.stop()
    settings.use(None)


@pytest.fixture
def web(for_web: Settings) -> Flask:
    """The application on an empty database."""
    return opened(for_web)


@pytest.fixture
def own_web(for_web: Settings) -> Flask:
    """The same, built anew, for a test that adds a page to it."""
    return create_app(for_web)
