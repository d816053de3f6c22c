"""A folder that lies in memory, where a machine has one: what is kept for one test run need not reach a disk."""

import shutil
from pathlib import Path

SHARED = Path("/dev/shm")
ROOM = 2**31


def folder() -> Path | None:
    """Where to put folders, or None: then wherever the machine puts them by itself."""
    return SHARED if SHARED.is_dir() and shutil.disk_usage(SHARED).free > ROOM else None
