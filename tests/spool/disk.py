"""A small disk of the tests' own, really full or really read-only; no root is needed where user namespaces are."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OBEYS = 'while read -r order; do eval "$order" && echo done; done'


class SmallDisk:
    """`folder` lies on it."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.folder = Path(f"/proc/{process.pid}/root{folder}")
        self._mounted_at, self._process = folder, process

    def fill(self) -> None:
        """To the last byte."""
        try:
            with (self.folder / "ballast").open("wb", buffering=0) as ballast:
                while ballast.write(b"x" * 4096):
                    pass
        except OSError:
            return

    def empty(self) -> None:
        (self.folder / "ballast").unlink()

    def only_read(self, *, yes: bool = True) -> None:
        self._order(f"mount -o remount,{'ro' if yes else 'rw'} {self._mounted_at}")

    def _order(self, order: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", order


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk | None]:
    """Mounted at `folder` behind walls of its own, seen by way of /proc; None where the machine does not allow it."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        yield None
        return
    folder.mkdir()
    inside = f"mount -t tmpfs -o size={size} none {folder} && echo done && {OBEYS}"
    with subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", inside], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout
        ready = process.stdout.readline() == "done\n"
        yield SmallDisk(folder, process) if ready else None
        process.kill()
