"""Runs several programs as one: starts them in order, hears what they say, restarts what dies, stops all together."""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from app.demo import leash

LOOK_EVERY = 0.05
QUICK_DEATH = 10.0
MOST_QUICK_DEATHS = 5
FIRST_WAIT = 0.3
LONGEST_WAIT = 10.0
LONGEST_QUOTE = 200


class GaveUp(Exception):
    """Says which program could not be kept running."""


class Interrupted(Exception):
    """Somebody asked for the end while something was still being waited for."""


@dataclass(frozen=True, slots=True)
class Child:
    """A program to keep running. ready: asked until it says yes; within: seconds it has for that."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    within: float = 60.0


@dataclass(slots=True)
class _Kept:
    """A child with what became of it. again_at: when to start it again, in monotonic seconds."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ready: bool = False
    quick_deaths: int = 0
    again_at: float | None = None
    last_words: str = ""
    voices: list[threading.Thread] = field(default_factory=list)


class Supervisor:
    """Use from the main thread. say(sentence): where our own go; hear(name, line): where those of the programs go."""

    def __init__(self, say: Callable[[str], None], hear: Callable[[str, str], None]) -> None:
        self._say = say
        self._hear = hear
        self._floors: list[list[_Kept]] = []
        self._end = threading.Event()
        self._hurry = threading.Event()

    def ask_to_end(self) -> None:
        """End soon; asked a second time, end at once. Safe in a signal handler."""
        (self._hurry if self._end.is_set() else self._end).set()

    def run(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Run a step to its end. Raises GaveUp if it fails, Interrupted if the end was asked for."""
        process = leash.start(argv, env=env, output=subprocess.PIPE)
        listening = self._listen(process, lambda line: self._hear(name, line))
        while process.poll() is None and not self._end.wait(LOOK_EVERY):
            pass
        if self._end.is_set():
            leash.stop(process)
            raise Interrupted
        listening.join()
        if process.returncode != 0:
            raise GaveUp(f"{name} failed ({_cause(process.returncode)}).")

    def start(self, children: Sequence[Child]) -> None:
        """Start these together, and return when all are ready. Raises GaveUp or Interrupted."""
        floor = [_Kept(child) for child in children]
        self._floors.append(floor)
        for kept in floor:
            self._launch(kept)
        while not all(kept.ready for kept in floor):
            if self._end.wait(LOOK_EVERY):
                raise Interrupted
            self._tend()

    def watch(self) -> None:
        """Keep everything running until the end is asked for. Raises GaveUp."""
        while not self._end.wait(LOOK_EVERY):
            self._tend()

    def stop(self, within: float = 5.0) -> None:
        """Stop what was started last first, each floor together; kill what has not ended in time."""
        self._end.set()
        for floor in reversed(self._floors):
            self._stop_floor(floor, within)
        self._floors.clear()

    def _launch(self, kept: _Kept) -> None:
        kept.again_at = None
        kept.ready = False
        kept.started = time.monotonic()
        kept.process = leash.start(kept.child.argv, env=kept.child.env, output=subprocess.PIPE)
        kept.voices.append(self._listen(kept.process, lambda line: self._note(kept, line)))

    def _note(self, kept: _Kept, line: str) -> None:
        kept.last_words = line.strip() or kept.last_words
        self._hear(kept.child.name, line)

    def _tend(self) -> None:
        for floor in self._floors:
            for kept in floor:
                if kept.process is None:
                    self._start_again_when_due(kept)
                elif kept.process.poll() is not None:
                    self._bury(kept, kept.process)
                elif not kept.ready:
                    self._look_whether_ready(kept)

    def _start_again_when_due(self, kept: _Kept) -> None:
        if kept.again_at is not None and time.monotonic() >= kept.again_at:
            self._say(f"Starting the {kept.child.name} again.")
            self._launch(kept)

    def _bury(self, kept: _Kept, process: subprocess.Popen[bytes]) -> None:
        """Note a death and when to start again; give up after five quick ones in a row."""
        leash.kill_group(process)
        self._join_voices(kept)
        kept.process, kept.ready = None, False
        quick = time.monotonic() - kept.started < QUICK_DEATH
        kept.quick_deaths = kept.quick_deaths + 1 if quick else 1
        name = kept.child.name
        if kept.quick_deaths >= MOST_QUICK_DEATHS:
            raise GaveUp(f"The {name} ended {kept.quick_deaths} times right after its start{_quoted(kept)}.")
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (kept.quick_deaths - 1))
        kept.again_at = time.monotonic() + wait
        cause = _cause(process.returncode)
        self._say(f"The {name} has ended ({cause}){_quoted(kept)}. Starting it again in {wait:.1f} s.")

    def _look_whether_ready(self, kept: _Kept) -> None:
        if kept.child.ready():
            kept.ready = True
        elif time.monotonic() - kept.started > kept.child.within:
            raise GaveUp(f"The {kept.child.name} runs but is not ready after {kept.child.within:.0f} s{_quoted(kept)}.")

    def _stop_floor(self, floor: list[_Kept], within: float) -> None:
        running = [kept for kept in floor if kept.process and kept.process.poll() is None]
        for kept in running:
            if kept.process:
                kept.process.terminate()
        deadline = time.monotonic() + within
        while any(kept.process and kept.process.poll() is None for kept in running):
            if time.monotonic() > deadline or self._hurry.wait(LOOK_EVERY):
                break
        for kept in floor:
            if kept.process:
                leash.kill_group(kept.process)
                kept.process.wait()
            self._join_voices(kept)

    def _listen(self, process: subprocess.Popen[bytes], hear: Callable[[str], None]) -> threading.Thread:
        if process.stdout is None:
            raise ValueError("the output of this process is not ours to read")
        listening = threading.Thread(target=_pass_on, args=(process.stdout, hear), daemon=True)
        listening.start()
        return listening

    def _join_voices(self, kept: _Kept) -> None:
        for voice in kept.voices:
            voice.join(1.0)
        kept.voices.clear()


def _pass_on(output: IO[bytes], hear: Callable[[str], None]) -> None:
    with output:
        for line in output:
            hear(line.decode("utf-8", "replace").rstrip())


def _cause(code: int) -> str:
    return f"code {code}" if code >= 0 else f"signal {-code}"


def _quoted(kept: _Kept) -> str:
    words = kept.last_words
    return f"; its last words: “{words[:LONGEST_QUOTE]}”" if words else ""
