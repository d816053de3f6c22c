"""What must outlive a power cut: a file is on the disk once it is synced, its name once its folder is."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file or a folder stands on the disk as it is now. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
