"""The spool: sealed, durable files for words that came while the database was away (P4, H58).

`<key>.sealed` waits to be taken in; `….part` is being written, or was when its process died; `<key>.aside` cannot be
opened and waits for the next start, which may bring the key it was sealed with. `alarm.wanted`: somebody must be rung.
"""

import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from app import crash, durable, sealing

SUFFIX, PART, ASIDE, PROBE = ".sealed", ".part", ".aside", ".probe"
ALARM = "alarm.wanted"
PLACE = "spool"
ROOM = 32 * 1024
"""Bytes: the longest text with its answer, sealed, is smaller."""


class NoSpool(Exception):
    """There is nowhere durable to keep words: the carrier must be told to try elsewhere."""


class Heap(NamedTuple):
    """What lies in the spool: how many files wait, their bytes together, and since when the oldest; and how many cannot
    be opened."""

    files: int
    size: int
    oldest: datetime | None
    set_aside: int


EMPTY = Heap(0, 0, None, 0)


def prepare(directory: Path) -> None:
    """Make the directory, prove that it can be written to, and let what was set aside have another try. Raises NoSpool
    with a sentence."""
    prove(directory)
    try:
        for path in directory.glob(f"*{ASIDE}"):
            _give_name(path, path.with_suffix(SUFFIX))
    except OSError as error:
        raise _not_writable(directory, error) from error


def prove(directory: Path) -> None:
    """Make the directory and write as much to it as the longest text needs. Raises NoSpool with a sentence."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f"{os.getpid()}{PROBE}"  # of its own, since several processes start at once
        _write(probe, {"room": " " * ROOM})
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise _not_writable(directory, error) from error


def keep(directory: Path, key: str, content: Mapping[str, Any]) -> None:
    """Seal `content` into the file of `key`; when this returns it survives a power cut. Raises OSError, and then leaves
    nothing behind."""
    _write(_path(directory, key), content)


def kept(directory: Path, key: str) -> dict[str, Any] | None:
    """What is kept under `key`, or None. Raises SealingError for a file that was changed."""
    try:
        sealed = _path(directory, key).read_bytes()
    except FileNotFoundError:
        return None
    content: dict[str, Any] = json.loads(sealing.unseal(sealed, PLACE))
    return content


def keys(directory: Path) -> Iterator[str]:
    """Every key that waits, the oldest file first."""
    there = [(path.name, at) for path in directory.glob(f"*{SUFFIX}") if (at := _stat(path)) is not None]
    found = sorted((at.st_mtime_ns, name) for name, at in there)
    yield from (name.removesuffix(SUFFIX) for _, name in found)


def heap(directory: Path) -> Heap:
    """How much waits to be taken in. A file that another process takes in meanwhile does not count."""
    aside = sum(1 for _ in directory.glob(f"*{ASIDE}"))
    found = [there for path in directory.glob(f"*{SUFFIX}") if (there := _stat(path)) is not None]
    if not found:
        return EMPTY._replace(set_aside=aside)
    oldest = datetime.fromtimestamp(min(there.st_mtime for there in found), UTC)
    return Heap(len(found), sum(there.st_size for there in found), oldest, aside)


def files(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Every kept file by its name, set aside or not, sealed as it is; for a backup."""
    for path in sorted([*directory.glob(f"*{SUFFIX}"), *directory.glob(f"*{ASIDE}")]):
        with contextlib.suppress(FileNotFoundError):  # another process has taken it in meanwhile
            yield path.name, path.read_bytes()


def put_back(directory: Path, name: str, content: bytes) -> None:
    """A file of a backup, unless one of its name is there."""
    path = directory / name
    if path.name != name or path.suffix not in (SUFFIX, ASIDE) or path.exists():
        return
    unfinished = path.with_suffix(PART)
    unfinished.write_bytes(content)
    _give_name(unfinished, path)


def remove(directory: Path, key: str) -> None:
    """Forget what is kept under `key`, once it stands in the database."""
    _path(directory, key).unlink(missing_ok=True)


def set_aside(directory: Path, key: str) -> None:
    """Out of the way of the others until the next start."""
    path = _path(directory, key)
    with contextlib.suppress(FileNotFoundError):  # another process was faster
        path.rename(path.with_suffix(ASIDE))
    durable.sync(directory)


def finish_what_was_left(directory: Path) -> None:
    """A process died while it kept a text: its file takes the text's name, whole or torn, unless the text is kept
    already. Empty ones hold nothing, or are only just being begun."""
    for part in directory.glob(f"*{SUFFIX}-*{PART}"):
        try:
            with part.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if part.stat().st_size:
                    _give_name(part, directory / part.name.partition("-")[0])
        except (BlockingIOError, FileNotFoundError):
            continue  # somebody is at it


def want_alarm(directory: Path) -> None:
    """Somebody outside must be rung, by whichever process comes to it first."""
    (directory / ALARM).touch()
    durable.sync(directory)


def alarm_wanted(directory: Path) -> int | None:
    """When it was wanted last, in nanoseconds; None when it is not."""
    wanted = _stat(directory / ALARM)
    return wanted.st_mtime_ns if wanted is not None else None


def alarm_rung(directory: Path) -> None:
    (directory / ALARM).unlink(missing_ok=True)


def _not_writable(directory: Path, error: OSError) -> NoSpool:
    return NoSpool(f"SPOOL_DIR {directory} cannot be written to: {error.strerror}.")


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


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """All of it or nothing: a file of this name was never half there."""
    writer = f"{os.getpid()}-{threading.get_ident()}"  # two may keep a text at once
    unfinished = path.with_name(f"{path.name}-{writer}{PART}")
    crash.point("spool.keep", "begun")
    try:
        with unfinished.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # while we live, nobody takes it for something left behind
            file.write(sealing.seal(json.dumps(content), PLACE))
            file.flush()
            crash.point("spool.keep", "written")
            os.fsync(file.fileno())
            crash.point("spool.keep", "synced")
            unfinished.replace(path)
            crash.point("spool.keep", "renamed")
            durable.sync(path.parent)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    crash.point("spool.keep", "done")


def _give_name(path: Path, name: Path) -> None:
    """A name that is given already stays with its file: that one is whole. Two processes may be at it."""
    try:
        os.link(path, name)
    except (FileExistsError, FileNotFoundError):
        pass
    except OSError:  # a disk that knows no second names
        if not name.exists():
            path.rename(name)
    path.unlink(missing_ok=True)
    durable.sync(path.parent)
