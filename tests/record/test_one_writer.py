"""SQLite's writers go one after the other, in one process and in several."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import db, engines
from app.one_writer import OneWriter

FORK = multiprocessing.get_context("fork")


def _hold(writer: OneWriter, has_it: Any, let_go: Any) -> None:
    with writer.turn(5) as ours:
        if ours:
            has_it.set()
        let_go.wait(20)


@pytest.fixture
def writer(tmp_path: Path) -> OneWriter:
    return OneWriter(tmp_path / "practice.db-turn")


def test_a_second_thread_waits_and_gives_up_in_time(writer: OneWriter) -> None:
    has_it, let_go = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(writer, has_it, let_go))
    holder.start()
    assert has_it.wait(5)
    began = time.monotonic()
    with writer.turn(0.1) as ours:
        assert not ours
    assert time.monotonic() - began < 1
    let_go.set()
    holder.join()
    with writer.turn(0.1) as ours:
        assert ours


def test_a_child_process_is_another_writer_even_when_it_inherits_the_open_file(writer: OneWriter) -> None:
    with writer.turn(0.1) as ours:  # the parent opens the file before it forks
        assert ours
    has_it, let_go = FORK.Event(), FORK.Event()
    child = FORK.Process(target=_hold, args=(writer, has_it, let_go))
    child.start()
    assert has_it.wait(5)
    with writer.turn(0.1) as ours:
        assert not ours
    let_go.set()
    child.join(5)
    with writer.turn(1) as ours:
        assert ours


def test_a_writer_that_dies_gives_its_turn_back(writer: OneWriter) -> None:
    has_it, let_go = FORK.Event(), FORK.Event()
    child = FORK.Process(target=_hold, args=(writer, has_it, let_go))
    child.start()
    assert has_it.wait(5) and child.pid
    os.kill(child.pid, signal.SIGKILL)
    child.join(5)
    with writer.turn(1) as ours:
        assert ours


def test_a_transaction_that_cannot_have_its_turn_says_that_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was kept; the door answers by itself and spools (DESIGN 8)."""
    monkeypatch.setattr(engines, "SQLITE_BUSY_MS", 100)
    db.start(f"sqlite:///{tmp_path}/practice.db")
    has_it, let_go = FORK.Event(), FORK.Event()
    other = FORK.Process(target=_hold, args=(OneWriter(tmp_path / "practice.db-turn"), has_it, let_go))
    other.start()
    assert has_it.wait(5)
    with pytest.raises(PoolTimeout) as refused, db.transaction("tests.second"):
        pytest.fail("the turn was somebody else's")
    assert isinstance(refused.value, db.DATABASE_AWAY)
    let_go.set()
    other.join(5)
    with db.transaction("tests.third"):
        pass
    db.stop()
