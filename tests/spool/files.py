"""How much lies in the spool, as tests look at it."""

from pathlib import Path

from app import spool


def lying(directory: Path) -> tuple[int, int]:
    """How many texts wait, and how many are set aside."""
    heap = spool.heap(directory)
    return heap.files, heap.set_aside
