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


def write(path: Path, content: bytes) -> None:
    """The file as a whole, for its owner's eyes only; whoever looks meanwhile sees the one before. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(path.parent)
