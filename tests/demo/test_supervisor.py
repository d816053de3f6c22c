"""What the demo promises of its processes: in order, restarted, never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.demo import supervisor as module
from app.demo.supervisor import Child, GaveUp, Interrupted, Supervisor

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ENV = {**os.environ, "PYTHONUNBUFFERED": "1"}


class Terminal(list[str]):
    """What the supervisor said, and apart from it what its programs did, as `name: line`."""

    def __init__(self) -> None:
        super().__init__()
        self.programs: list[str] = []

    def hear(self, name: str, line: str) -> None:
        self.programs.append(f"{name}: {line}")


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def supervised(terminal: Terminal) -> Iterator[Supervisor]:
    supervisor = Supervisor(terminal.append, terminal.hear)
    yield supervisor
    supervisor.stop(within=1)


def program(text: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-u", "-c", text]


def in_a_moment(act: Callable[[], object], seconds: float = 0.3) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


def until(true: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Ended; a process that nobody has collected yet counts as ended."""
    status = Path(f"/proc/{pid}/status")
    try:
        return "\nState:\tZ" in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_start_returns_when_all_are_ready(supervised: Supervisor, terminal: Terminal, tmp_path: Path) -> None:
    sign = tmp_path / "ready"
    slow = program(f"import time; time.sleep(0.4); print('here'); open({str(sign)!r}, 'w'); time.sleep(60)")
    supervised.start([Child("slow", slow, ENV, ready=sign.exists)])
    assert sign.exists()
    until(lambda: terminal.programs == ["slow: here"])
    assert terminal == []


def test_a_child_that_is_never_ready_is_named(supervised: Supervisor) -> None:
    child = Child("deaf", program("import time; time.sleep(60)"), ENV, ready=lambda: False, within=0.3)
    with pytest.raises(GaveUp, match="deaf runs but is not ready"):
        supervised.start([child])


def test_a_killed_child_is_started_again(supervised: Supervisor, terminal: Terminal) -> None:
    supervised.start([Child("worker", program("import os, time; print(os.getpid()); time.sleep(60)"), ENV)])
    until(lambda: len(terminal.programs) == 1)
    first = int(terminal.programs[0].split()[1])
    in_a_moment(lambda: os.kill(first, signal.SIGKILL))
    end = in_a_moment(supervised.ask_to_end, 2.0)
    supervised.watch()
    end.join()
    pids = [int(line.split()[1]) for line in terminal.programs]
    assert len(pids) == 2
    assert terminal[0].startswith("The worker has ended (signal 9)")
    assert terminal[1:] == ["Starting the worker again."]
    assert is_gone(first)
    assert not is_gone(pids[1])


def _start_and_watch(supervised: Supervisor, source: str) -> None:
    """One step: on a fast machine a program that ends at once may have ended five times before it was seen alive."""
    supervised.start([Child("web", program(source), ENV)])
    supervised.watch()


def test_five_quick_deaths_end_it_with_a_sentence(
    supervised: Supervisor, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", 0.01)
    with pytest.raises(GaveUp, match="The web ended 5 times right after its start; its last words: “no such table”"):
        _start_and_watch(supervised, "print('no such table'); raise SystemExit(3)")
    assert terminal.programs == ["web: no such table"] * 5
    assert terminal[0].startswith("The web has ended (code 3); its last words: “no such table”. Starting it again in")


def test_waits_between_restarts_grow(
    supervised: Supervisor, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", 0.1)
    with pytest.raises(GaveUp):
        _start_and_watch(supervised, "raise SystemExit(3)")
    waits = [line.rpartition("in ")[2] for line in terminal if "has ended" in line]
    assert waits == ["0.1 s.", "0.2 s.", "0.4 s.", "0.8 s."]


def test_a_step_is_run_to_its_end_and_heard(supervised: Supervisor, terminal: Terminal) -> None:
    supervised.run("seed", program("print('Nora'); print('Fran')"), ENV)
    assert terminal.programs == ["seed: Nora", "seed: Fran"]
    assert terminal == []


def test_a_failed_step_is_named(supervised: Supervisor, terminal: Terminal) -> None:
    with pytest.raises(GaveUp, match=r"migrate failed \(code 1\)"):
        supervised.run("migrate", program("raise SystemExit('the disk is full')"), ENV)
    assert terminal.programs == ["migrate: the disk is full"]


def test_the_end_may_be_asked_for_during_a_step(supervised: Supervisor) -> None:
    in_a_moment(supervised.ask_to_end)
    began = time.monotonic()
    with pytest.raises(Interrupted):
        supervised.run("seed", program("import time; time.sleep(60)"), ENV)
    assert time.monotonic() - began < 3


def test_stop_takes_the_grandchildren_and_the_deaf_too(supervised: Supervisor, terminal: Terminal) -> None:
    deaf = program(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(os.getpid(), os.fork())\n"
        "time.sleep(60)"
    )
    supervised.start([Child("deaf", deaf, ENV)])
    until(lambda: len(terminal.programs) == 2)
    pids = {int(word) for line in terminal.programs for word in line.split()[1:]} - {0}
    assert len(pids) == 2
    supervised.stop(within=0.5)
    until(lambda: all(is_gone(pid) for pid in pids))


def test_what_was_started_last_is_stopped_first(supervised: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"

    def writes(name: str) -> Child:
        ready = tmp_path / name
        text = (
            "import signal, sys\n"
            f"def end(*_):\n    print({name!r}, file=open({str(order)!r}, 'a'))\n    sys.exit()\n"
            "signal.signal(signal.SIGTERM, end)\n"
            f"open({str(ready)!r}, 'w')\n"
            "while True: signal.pause()"
        )
        return Child(name, program(text), ENV, ready=ready.exists)

    supervised.start([writes("valkey")])
    supervised.start([writes("web")])
    supervised.stop()
    assert order.read_text().split() == ["web", "valkey"]


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    text = (
        "import os, sys, time\n"
        "from app.demo.supervisor import Child, Supervisor\n"
        "child = [sys.executable, '-c', 'import os, time; print(os.getpid()); time.sleep(60)']\n"
        "supervisor = Supervisor(print, lambda name, line: print(line, flush=True))\n"
        "supervisor.start([Child('worker', child, {**os.environ, 'PYTHONUNBUFFERED': '1'})])\n"
        "supervisor.watch()\n"
    )
    with subprocess.Popen([sys.executable, "-c", text], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert not is_gone(child)
        parent.kill()
    until(lambda: is_gone(child), within=5)
