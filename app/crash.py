"""Crash points: the named places where a test may end this process, as a power cut would (HAZARDS 3.2, 3.3).

Nothing else can arm one: there is no setting, no variable of the environment and no address for it, and
tests/guards/test_crash.py sees to it that no other module calls `arm`.
"""

from collections.abc import Callable

Watcher = Callable[[str], None]

_watcher: Watcher | None = None


def point(name: str, step: str) -> None:
    """Here a process may die. Does nothing unless a test has armed the points."""
    if _watcher is not None:
        _watcher(f"{name}:{step}")


def arm(watcher: Watcher | None) -> None:
    """Call `watcher` with `name:step` at every point of this process; None disarms."""
    global _watcher
    _watcher = watcher
