"""The whole demo, as somebody at a terminal meets it: made, played with, hurt, stopped, and started where it was."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from app.demo.ports import free_port

pytestmark = pytest.mark.slow


class Terminal:
    """What `handrail demo` shows."""

    def __init__(self, folder: Path, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app.cli", "demo", "--folder", str(folder), "--port", str(port)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout
        self.output = self.process.stdout
        self.lines: list[str] = []

    def shows(self, words: str) -> str:
        """The next line that holds `words`; the test's own time limit ends the wait."""
        for line in self.output:
            self.lines.append(line.rstrip("\n"))
            if words in line:
                return line
        raise AssertionError(f"it ended without {words!r}; it said:\n" + "\n".join(self.lines))

    def ctrl_c(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.shows("Stopped.")
        assert self.process.wait(10) == 0


@contextmanager
def demo(folder: Path, port: int) -> Iterator[Terminal]:
    terminal = Terminal(folder, port)
    with terminal.process, terminal.output:
        try:
            yield terminal
        finally:
            terminal.process.terminate()


def texts_on_the_phone(port: int, handset: str) -> list[str]:
    with urlopen(f"http://127.0.0.1:{port}/phone/view?open={handset}", timeout=10) as answer:
        return [line["body"] for line in json.load(answer)["thread"]]


def write(port: int, handset: str, body: str) -> None:
    content = json.dumps({"handset": handset, "body": body}).encode()
    ask = Request(f"http://127.0.0.1:{port}/phone/texts", content, {"Content-Type": "application/json"})
    with urlopen(ask, timeout=30) as answer:
        assert json.load(answer)["problem"] == ""


def until(true: Callable[[], bool], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.long
@pytest.mark.timeout(180)
def test_made_played_with_hurt_stopped_and_started_again(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    log = folder / "processes.log"
    with demo(folder, port) as terminal:
        terminal.shows("Ready after")
        assert terminal.lines[0] == "Bringing the database up to date."
        assert f"http://127.0.0.1:{port}/phone" in terminal.shows("patients' phones")
        assert "nora / nora-lakeside-demo" in terminal.shows("(nurse)")
        assert str(log) in terminal.shows("processes say")
        write(port, "h1", "my chest hurts")
        until(lambda: any("911" in text for text in texts_on_the_phone(port, "h1")))
        assert "text_handed_over" in log.read_text()
        os.kill(_process(folder, "worker"), signal.SIGKILL)
        assert "signal 9" in terminal.shows("The worker has ended")
        terminal.shows("Starting the worker again.")
        terminal.ctrl_c()
    assert not [line for line in terminal.lines if line.startswith("{") or "|" in line]
    with demo(folder, port) as again:
        again.shows("Ready after")
        assert again.lines[0] == "Starting the desk, the worker, the ticker and the carrier."
        assert "my chest hurts" in texts_on_the_phone(port, "h1")
        again.ctrl_c()


def _process(folder: Path, name: str) -> int:
    """The id of the demo's process of that name: it has the demo's database in its environment."""
    pattern = re.compile(rf"app\.cli\0{name}\0")
    for entry in Path("/proc").glob("[0-9]*"):
        if pattern.search(_read(entry / "cmdline")) and str(folder) in _read(entry / "environ"):
            return int(entry.name)
    raise AssertionError(f"no process {name} of the demo runs")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
