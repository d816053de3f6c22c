"""What the processes say: every line in the file, each kind of fault once on the terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.logbook import Logbook


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def book(tmp_path: Path, said: list[str]) -> Iterator[Logbook]:
    book = Logbook(tmp_path / "processes.log", said.append)
    yield book
    book.close()


def fault(event: str) -> str:
    return json.dumps({"event": event, "level": "error", "id": 7})


def test_every_line_is_written_down_with_its_process(book: Logbook, said: list[str]) -> None:
    book.hear("worker", json.dumps({"event": "text_handed_over", "level": "info"}))
    book.hear("web", "Traceback (most recent call last):")
    assert book.path.read_text().splitlines() == [
        '  worker | {"event": "text_handed_over", "level": "info"}',
        "     web | Traceback (most recent call last):",
    ]
    assert said == []


def test_each_kind_of_fault_is_told_once(book: Logbook, said: list[str]) -> None:
    for _ in range(3):
        book.hear("worker", fault("job_failed"))
    book.hear("ticker", fault("job_failed"))
    book.hear("worker", fault("job_refused"))
    assert said == [
        f"The worker reports a fault: job_failed. More in {book.path}",
        f"The ticker reports a fault: job_failed. More in {book.path}",
        f"The worker reports a fault: job_refused. More in {book.path}",
    ]
    assert len(book.path.read_text().splitlines()) == 5


def test_what_only_looks_like_a_log_line_is_words(book: Logbook, said: list[str]) -> None:
    for line in ("{", "{broken", "[1]", '{"level": 3}', "{}"):
        book.hear("web", line)
    assert said == []
    assert len(book.path.read_text().splitlines()) == 5


def test_the_book_before_is_kept(book: Logbook, said: list[str]) -> None:
    book.hear("web", "the first start")
    book.close()
    second = Logbook(book.path, said.append)
    second.hear("web", "the second start")
    second.close()
    assert "the second start" in book.path.read_text()
    assert "the first start" in book.path.with_name("processes.before.log").read_text()


def test_a_full_disk_is_said_once_and_stops_nothing(book: Logbook, said: list[str]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    book.close()
    book._file = full.open("wb", buffering=0)
    book.hear("web", "lost")
    book.hear("web", "lost too")
    assert said == [f"{book.path} cannot be written any more: No space left on device."]
