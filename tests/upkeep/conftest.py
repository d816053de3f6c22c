"""A practice that rings somebody outside."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.upkeep import backups
from tests.alarm.pager import Pager
from tests.house import House
from tests.people import ROSAS, Person, visit
from tests.sending.outbox import write
from tests.upkeep.practice import find_own_postgres_programs, with_backup_key

if TYPE_CHECKING:
    from tests.servers.fixtures import Postgres


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty place for a database of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/restored.db"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture
def careful(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A practice that can make backups."""
    find_own_postgres_programs(monkeypatch)
    with_backup_key(house)
    return house


@pytest.fixture
def kept(careful: House, ana: Person, rosa: Person, tmp_path: Path) -> Path:
    """A backup of a practice in which Ana was asked, and a text to Rosa waits."""
    visit(careful, ana)
    careful.tick()
    ana.reads("Reply 1")
    write(careful, ROSAS, "reply", "waits in the backup")
    return backups.make(careful.settings, tmp_path / "one.backup").path


@pytest.fixture
def pager(pager: Pager, house: House) -> Pager:
    """Who is rung, and whom this house rings."""
    pager.belongs_to(house)
    return pager
