"""Starts a program that dies with whoever started it, and stops it with everything it started in turn."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    user: tuple[int, int] | None = None,
    last_words: signal.Signals = signal.SIGTERM,
    output: int | IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv` as a process group of its own; it gets `last_words` when the calling thread's process ends.

    `user` is (uid, gid) to become first. Call from the main thread: Linux ties the leash to the thread.
    """
    who = f"{user[0]}:{user[1]}" if user else "-"
    leash = [sys.executable, "-I", "-S", str(Path(__file__)), str(os.getpid()), str(last_words.value), who]
    errors = None if output is None else subprocess.STDOUT
    return subprocess.Popen(
        [*leash, *argv],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], *, within: float = 5.0, how: signal.Signals = signal.SIGTERM) -> bool:
    """Ask the process to end, then kill what is left of its group; whether it ended by itself `within` seconds."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(within)
        by_itself = True
    except subprocess.TimeoutExpired:
        by_itself = False
    kill_group(process)
    process.wait()
    return by_itself


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever still runs in the group that this process leads or led."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _become(parent: int, last_words: int, who: str, argv: list[str]) -> None:
    """In the new process: drop to the user, put on the leash, turn into the program."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    if who != "-":
        uid, gid = (int(part) for part in who.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if prctl:
        # A change of user takes the leash off, so it comes after.
        prctl(PR_SET_PDEATHSIG, last_words, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that asked for this one has ended already")
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.exit(f"{argv[0]} cannot be started: {error.strerror}")


if __name__ == "__main__":
    _become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
