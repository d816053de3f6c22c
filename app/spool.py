"""The spool: sealed, durable files for words that came while the database was away (P4, H58)."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app import sealing

SUFFIX = ".sealed"
PLACE = "spool"


class NoSpool(Exception):
    """There is nowhere durable to keep words: the carrier must be told to try elsewhere."""


def prepare(directory: Path) -> None:
    """Make the directory and prove that it can be written to. Raises NoSpool with a sentence."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = f"probe{os.getpid()}"  # of its own, since several processes start at once
        keep(directory, probe, {})
        remove(directory, probe)
    except OSError as error:
        raise NoSpool(f"SPOOL_DIR {directory} cannot be written to: {error.strerror}.") from error


def keep(directory: Path, key: str, content: Mapping[str, Any]) -> None:
    """Seal `content` into the file of `key`; when this returns it survives a power cut."""
    path = _path(directory, key)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(sealing.seal(json.dumps(content), PLACE))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync(directory)


def kept(directory: Path, key: str) -> dict[str, Any] | None:
    """What is kept under `key`, or None. Raises SealingError for a file that was changed."""
    path = _path(directory, key)
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(sealing.unseal(path.read_bytes(), PLACE))
    return content


def keys(directory: Path) -> Iterator[str]:
    """Every key that is kept, the oldest file first."""
    paths = sorted(directory.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    yield from (path.name.removesuffix(SUFFIX) for path in paths)


def remove(directory: Path, key: str) -> None:
    """Forget what is kept under `key`, once it stands in the database."""
    _path(directory, key).unlink(missing_ok=True)


def _path(directory: Path, key: str) -> Path:
    if not key.isalnum():
        raise ValueError("a spool key is a carrier id")
    return directory / f"{key}{SUFFIX}"


def _sync(directory: Path) -> None:
    """A rename is durable once its directory is."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
