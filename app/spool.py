"""The spool: sealed, durable files for words that came while the database was away (P4, H58)."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from app import crash, sealing

SUFFIX = ".sealed"
PLACE = "spool"


class Heap(NamedTuple):
    """What lies in the spool: how many files, their bytes together, and since when the oldest."""

    files: int
    size: int
    oldest: datetime | None


EMPTY = Heap(0, 0, None)


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
    unfinished = path.with_name(f"{key}-{os.getpid()}-{threading.get_ident()}.part")  # two may keep a text at once
    crash.point("spool.keep", "begun")
    with unfinished.open("wb") as file:
        file.write(sealing.seal(json.dumps(content), PLACE))
        file.flush()
        crash.point("spool.keep", "written")
        os.fsync(file.fileno())
    crash.point("spool.keep", "synced")
    unfinished.replace(path)
    crash.point("spool.keep", "renamed")
    _sync(directory)
    crash.point("spool.keep", "done")


def kept(directory: Path, key: str) -> dict[str, Any] | None:
    """What is kept under `key`, or None. Raises SealingError for a file that was changed."""
    try:
        sealed = _path(directory, key).read_bytes()
    except FileNotFoundError:
        return None
    content: dict[str, Any] = json.loads(sealing.unseal(sealed, PLACE))
    return content


def keys(directory: Path) -> Iterator[str]:
    """Every key that is kept, the oldest file first."""
    there = [(path.name, at) for path in directory.glob(f"*{SUFFIX}") if (at := _stat(path)) is not None]
    found = sorted((at.st_mtime_ns, name) for name, at in there)
    yield from (name.removesuffix(SUFFIX) for _, name in found)


def heap(directory: Path) -> Heap:
    """How much waits to be taken in. A file that another process takes in meanwhile does not count."""
    found = [there for path in directory.glob(f"*{SUFFIX}") if (there := _stat(path)) is not None]
    if not found:
        return EMPTY
    oldest = datetime.fromtimestamp(min(there.st_mtime for there in found), UTC)
    return Heap(len(found), sum(there.st_size for there in found), oldest)


def remove(directory: Path, key: str) -> None:
    """Forget what is kept under `key`, once it stands in the database."""
    _path(directory, key).unlink(missing_ok=True)


def _stat(path: Path) -> os.stat_result | None:
    """None for a file that another process has taken in meanwhile."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


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
