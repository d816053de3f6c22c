"""The spool's files: whole or not there, durable, sealed, and none of them in another's way (H58)."""

import fcntl
import multiprocessing
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import crash, sealing, spool, starting
from app.spool import NoSpool
from tests.house import house_settings
from tests.spool.files import lying

KEYS = "k1:" + "5a" * 32
OTHER_KEYS = "k9:" + "a5" * 32
SID = "SM" + "1" * 32
WORDS = {"body": "purple-marker", "answered": "<Response/>"}


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    sealing.start(KEYS, "x" * 40)
    yield
    crash.arm(None)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    place = tmp_path / "spool"
    spool.prepare(place)
    return place


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_what_is_kept_comes_back_and_is_forgotten_once_taken_in(directory: Path) -> None:
    spool.keep(directory, SID, WORDS)
    assert spool.kept(directory, SID) == WORDS
    assert (list(spool.keys(directory)), lying(directory)) == ([SID], (1, 0))
    assert names(directory) == [f"{SID}.sealed"]
    spool.remove(directory, SID)
    spool.remove(directory, SID)
    assert spool.kept(directory, SID) is None
    assert (list(spool.keys(directory)), lying(directory)) == ([], (0, 0))


def test_the_oldest_comes_first(directory: Path) -> None:
    for number, age in (("1", 10), ("2", 30), ("3", 20)):
        spool.keep(directory, f"SM{number}", WORDS)
        os.utime(directory / f"SM{number}.sealed", (1_000_000 - age, 1_000_000 - age))
    assert list(spool.keys(directory)) == ["SM2", "SM3", "SM1"]


@pytest.mark.parametrize("key", ["../../etc/passwd", "SM1/2", "", "SM-1", "SM.1"])
def test_a_name_that_could_lead_elsewhere_is_refused(directory: Path, key: str) -> None:
    with pytest.raises(ValueError, match="carrier id"):
        spool.keep(directory, key, WORDS)


# --- A start -------------------------------------------------------------------------------------------------------


def test_no_door_opens_where_the_spool_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for place in (tmp_path / "file", tmp_path / "file" / "spool"):
        with pytest.raises(NoSpool, match=rf"SPOOL_DIR {place} cannot be written to: .+\."):
            starting.start_door(house_settings(SPOOL_DIR=str(place), DATABASE_URL=f"sqlite:///{tmp_path}/a.db"))


def test_no_spool_is_prepared_on_a_disk_that_is_full(tmp_path: Path) -> None:
    """/dev/full takes nothing; what is to be written is led there."""
    (tmp_path / _part_of(f"{os.getpid()}.probe")).symlink_to("/dev/full")
    with pytest.raises(NoSpool, match="No space left on device"):
        spool.prepare(tmp_path)


def _part_of(name: str) -> str:
    return f"{name}-{os.getpid()}-{threading.get_ident()}.part"


def test_many_processes_start_at_once_and_none_takes_the_others_trial_for_a_text(directory: Path) -> None:
    context = multiprocessing.get_context("fork")
    starters = [context.Process(target=_prepare_often, args=(directory,)) for _ in range(4)]
    for each in starters:
        each.start()
    seen: set[str] = set()
    while any(each.is_alive() for each in starters):
        spool.finish_what_was_left(directory)
        seen.update(spool.keys(directory))
    for each in starters:
        each.join()
    assert {each.exitcode for each in starters} == {0}
    assert not seen
    assert names(directory) == []


def _prepare_often(directory: Path) -> None:
    for _ in range(30):
        spool.prepare(directory)


# --- Set aside -----------------------------------------------------------------------------------------------------


def test_a_file_from_another_key_is_set_aside_until_a_start_with_that_key(directory: Path) -> None:
    sealing.start(OTHER_KEYS, "x" * 40)
    spool.keep(directory, SID, WORDS)
    sealing.start(KEYS, "x" * 40)
    with pytest.raises(sealing.SealingError):
        spool.kept(directory, SID)
    spool.set_aside(directory, SID)
    spool.set_aside(directory, SID)
    assert (list(spool.keys(directory)), lying(directory)) == ([], (0, 1))
    sealing.start(f"{KEYS},{OTHER_KEYS}", "x" * 40)
    spool.prepare(directory)
    assert spool.kept(directory, SID) == WORDS
    assert lying(directory) == (1, 0)


def test_what_was_set_aside_never_takes_the_place_of_a_whole_file(directory: Path) -> None:
    (directory / f"{SID}.aside").write_bytes(b"torn")
    spool.keep(directory, SID, WORDS)
    spool.prepare(directory)
    assert spool.kept(directory, SID) == WORDS
    assert names(directory) == [f"{SID}.sealed"]


# --- A process that dies, a disk that fills ------------------------------------------------------------------------


def _die_at(step: str, directory: Path) -> None:
    """Keep a text in a process that ends at that point, as a power cut would end it."""

    def keep() -> None:
        crash.arm(lambda point: os._exit(9) if point == f"spool.keep:{step}" else None)
        spool.keep(directory, SID, WORDS)

    dying = multiprocessing.get_context("fork").Process(target=keep)
    dying.start()
    dying.join()
    assert dying.exitcode == 9


@pytest.mark.parametrize(("step", "whole"), [("begun", 0), ("written", 1), ("synced", 1), ("renamed", 1), ("done", 1)])
def test_wherever_it_dies_there_is_a_whole_file_or_none(directory: Path, step: str, whole: int) -> None:
    _die_at(step, directory)
    spool.finish_what_was_left(directory)
    assert len(list(spool.keys(directory))) == whole
    assert [spool.kept(directory, key) for key in spool.keys(directory)] == [WORDS] * whole
    assert not list(directory.glob("*.part"))


def test_what_a_dead_process_left_never_takes_the_place_of_a_whole_file(directory: Path) -> None:
    _die_at("written", directory)
    spool.keep(directory, SID, {**WORDS, "body": "the same text, delivered again"})
    spool.finish_what_was_left(directory)
    kept = spool.kept(directory, SID)
    assert kept is not None
    assert kept["body"] == "the same text, delivered again"
    assert names(directory) == [f"{SID}.sealed"]


def test_a_torn_file_that_was_left_is_nobodys_secret(directory: Path) -> None:
    """It takes its text's name, cannot be opened, and so comes before a person like any other."""
    (directory / f"{SID}.sealed-7-7.part").write_bytes(b"k1:to")
    spool.finish_what_was_left(directory)
    with pytest.raises(sealing.SealingError):
        spool.kept(directory, SID)


def test_a_file_that_is_being_written_is_left_alone(directory: Path) -> None:
    part = directory / f"{SID}.sealed-7-7.part"
    with part.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b"k1:half")
        file.flush()
        spool.finish_what_was_left(directory)
        assert names(directory) == [part.name]
    empty = directory / f"SM{'2' * 32}.sealed-7-7.part"
    empty.touch()
    spool.finish_what_was_left(directory)
    assert names(directory) == [f"{SID}.sealed", empty.name]


def test_a_full_disk_keeps_nothing_and_leaves_nothing_behind(directory: Path) -> None:
    (directory / _part_of(f"{SID}.sealed")).symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        spool.keep(directory, SID, WORDS)
    assert names(directory) == []
    spool.keep(directory, SID, WORDS)
    assert spool.kept(directory, SID) == WORDS
