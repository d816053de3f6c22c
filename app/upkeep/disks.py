"""What the disks must allow, as questions to them: each answers how many places there are where something is wrong."""

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from app import anchors, clock, spool
from app.settings import Settings

ANCHORED_WITHIN = timedelta(hours=2)
LEAST_FREE = 512 * 1024 * 1024
"""Bytes. Below it there is still time to make room before words are refused."""


def spool_unwritable(directory: Path | None) -> int:
    """1 when words that come while the database is away could not be kept. Tried and not asked: the rights allow root
    everything, and the disk does not."""
    if directory is None:
        return 0
    try:
        spool.prove(directory)
    except spool.NoSpool:
        return 1
    return 0


def low(settings: Settings) -> int:
    """Folders of ours on a disk that is nearly full."""
    ours = {settings.spool_dir, settings.anchor_dir, _folder_of(settings.database_url)}
    return sum(1 for place in ours if place is not None and place.is_dir() and free(place) < LEAST_FREE)


def free(directory: Path) -> int:
    """Bytes that can still be written there."""
    return shutil.disk_usage(directory).free


def anchors_late(directory: Path) -> int:
    """1 when the record has not been anchored for two hours."""
    last = anchors.last_written(directory)
    return int(last is not None and clock.now() - last > ANCHORED_WITHIN)


def _folder_of(database_url: str) -> Path | None:
    """Where an SQLite database lies; another's server has its own disk."""
    url = make_url(database_url)
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None
