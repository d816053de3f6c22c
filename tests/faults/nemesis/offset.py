"""A clock that a test moves for processes of their own: the machine's, and an offset from a file that all of them read.

The file has one figure for everybody and one for each process, so that one machine's clock may be wrong. Only what
tests/faults/nemesis/nursery.py starts reads it; no setting and no variable of the environment can move Handrail's time.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

WIDTH = 24


class Offsets:
    """The file: seconds for `everybody` (place 0), then for each name."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._places = {name: place for place, name in enumerate(["everybody", *names])}
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        if not os.fstat(self._file).st_size:
            for name in self._places:
                self.set(name, 0.0)

    def set(self, name: str, seconds: float) -> None:
        """One write of a fixed width: nobody reads half of it."""
        os.pwrite(self._file, f"{seconds:{WIDTH}.3f}".encode(), self._places[name] * WIDTH)

    def get(self, name: str) -> float:
        return float(os.pread(self._file, WIDTH, self._places[name] * WIDTH))

    def now(self, name: str = "everybody") -> datetime:
        """What time it is for this process."""
        seconds = self.get("everybody") + (self.get(name) if name != "everybody" else 0.0)
        return datetime.now(UTC) + timedelta(seconds=seconds)

    def close(self) -> None:
        os.close(self._file)
