"""What the demo's processes say goes to a file; the terminal hears only of faults."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

FAULTS = frozenset({"error", "critical"})


class Logbook:
    """The file, new at every start; the one before it is kept. say(sentence): speaks to the person at the terminal."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        if path.exists():
            path.replace(path.with_suffix(".before" + path.suffix))
        self.path = path
        self._say = say
        self._file: BinaryIO | None = path.open("wb", buffering=0)
        self._told: set[tuple[str, str]] = set()
        self._one_hand = threading.Lock()

    def hear(self, name: str, line: str) -> None:
        """Write down what `name` said; a fault of a new kind is told once. Safe from any thread."""
        with self._one_hand:
            self._write(f"{name:>8} | {line}\n")
            event = fault_in(line)
            known = event is None or (name, event) in self._told
            if event is not None:
                self._told.add((name, event))
        if not known:
            self._say(f"The {name} reports a fault: {event}. More in {self.path}")

    def close(self) -> None:
        with self._one_hand:
            self._shut()

    def _write(self, text: str) -> None:
        """A full disk ends the book, with a sentence, and not the demo."""
        if self._file is None:
            return
        try:
            self._file.write(text.encode())
        except OSError as error:
            self._shut()
            self._say(f"{self.path} cannot be written any more: {error.strerror}.")

    def _shut(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None


def fault_in(line: str) -> str | None:
    """The event of a structured log line (app.log) that reports a fault; None for anything else."""
    entry = log_entry(line)
    return str(entry.get("event", "unnamed")) if entry and entry.get("level") in FAULTS else None


def log_entry(line: str) -> dict[str, object] | None:
    """A structured log line taken apart; None if it is plain words."""
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
