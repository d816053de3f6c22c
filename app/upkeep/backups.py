"""Backups: one encrypted file with the database at one moment, the anchors of its record and what the spool held."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app import anchors, clock, schema
from app import spool as spools
from app.settings import Settings
from app.upkeep import dumps, vault
from app.upkeep.vault import Part, VaultBroken

ABOUT, ANCHORS, SPOOL, DATABASE = "about.json", "anchors.jsonl", "spool/", "database"
FORMAT = 1
SUMS = ".sha256"


class BackupRefused(Exception):
    """It cannot be made or used; the message is a sentence."""


@dataclass(frozen=True)
class About:
    """What stands in front of a backup: when it was begun, of which kind of database, and at which revision."""

    format: int
    made_at: str
    database: str
    revision: str

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at).astimezone(UTC)


@dataclass(frozen=True)
class Made:
    """A backup that was written and read back whole."""

    path: Path
    size: int
    digest: str


def make(settings: Settings, path: Path) -> Made:
    """Write a backup to `path`, or into it under a name of its own when it is a folder, while everything runs; beside
    it a file for `sha256sum -c`. It is read back before this returns. Raises BackupRefused, DumpFailed, VaultBroken."""
    key = key_of(settings)
    if path.is_dir():
        path /= f"handrail-{clock.now():%Y%m%dT%H%M%SZ}.backup"
    sums = path.with_name(path.name + SUMS)
    if path.exists() or sums.exists():
        raise BackupRefused(f"There is something at {path} already. Give another name.")
    digest = vault.write(path, key, _parts(settings))
    if (missing := {ABOUT, DATABASE} - set(names(path, key))) or vault.digest_of(path) != digest:
        raise VaultBroken(
            f"{path} was not written as it should be ({', '.join(missing)}). Look at the disk; do not keep it."
        )
    sums.write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    return Made(path, path.stat().st_size, digest)


def key_of(settings: Settings) -> str:
    """BACKUP_KEY. Raises BackupRefused when it is not set."""
    key = settings.backup_key.get_secret_value()
    if not key:
        raise BackupRefused(
            "BACKUP_KEY is not set. Make one with `openssl rand -hex 32` and keep it where no backup is."
        )
    return key


def about(path: Path, key: str) -> About:
    """What a backup says of itself. Raises VaultBroken."""
    for name, data in vault.read(path, key):
        if name != ABOUT:
            break
        try:
            found = About(**json.loads(b"".join(data)))
        except (ValueError, TypeError):
            break
        if found.format == FORMAT:
            return found
        raise VaultBroken(f"{path} is of a newer kind than this Handrail knows. Install the newer one.")
    raise VaultBroken(f"{path} does not say what it is.")


def names(path: Path, key: str) -> Iterator[str]:
    """The parts of a backup; going through all of them proves it whole. Raises VaultBroken."""
    for name, data in vault.read(path, key):
        for _ in data:
            pass
        yield name


def _parts(settings: Settings) -> Iterator[Part]:
    """The anchors and the spool before the database: what is taken in meanwhile stands in both, and is there once; the
    other way round it would stand in neither."""
    revision = schema.current()
    if revision is None:
        raise BackupRefused("The database is empty: there is nothing to back up.")
    made_at = clock.now().isoformat()
    yield ABOUT, [json.dumps(asdict(About(FORMAT, made_at, dumps.kind(settings.database_url), revision))).encode()]
    anchors.write(settings.anchor_dir)
    yield ANCHORS, [(settings.anchor_dir / anchors.FILE).read_bytes()]
    if settings.spool_dir is not None:
        yield from ((SPOOL + name, [content]) for name, content in spools.files(settings.spool_dir))
    yield DATABASE, dumps.take(settings.database_url)
