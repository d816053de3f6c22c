"""Keeps one PostgreSQL server for all workers of a test run, until the process that runs the tests has ended.

`python -m tests.servers.keeper PID` prints the server's URL when it is ready. It is a process of its own because the
worker that needs the server first may be the first to finish, and because a killed test run must leave nothing behind.
"""

import os
import select
import signal
import sys
import time

from tests.servers import minipg


def main() -> None:
    """Serve until the process named in the arguments has ended."""
    owner = int(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with minipg.running() as url:
        print(url, flush=True)  # noqa: T201 - the worker that asked reads this line
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _wait_for_the_end_of(owner)


def _wait_for_the_end_of(pid: int) -> None:
    try:
        if hasattr(os, "pidfd_open"):
            select.select([os.pidfd_open(pid)], [], [])
            return
        while True:
            os.kill(pid, 0)
            time.sleep(0.2)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
