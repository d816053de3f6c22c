"""Columns of a chart, in the units of its picture; each page draws them and puts their table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH, GAP = 480, 120, 2


@dataclass(frozen=True)
class Bar:
    """One column; many None: there is nothing to show, which is not the same as 0."""

    x: float
    y: float
    width: float
    height: float
    label: str
    many: float | None


def bars(counted: Sequence[tuple[str, float | None]]) -> tuple[Bar, ...]:
    """From the left to the right; the highest fills the picture."""
    most = max((many or 0 for _, many in counted), default=0) or 1
    width = WIDE / len(counted)
    return tuple(
        Bar(round(at * width + GAP / 2, 1), round(HIGH - HIGH * (many or 0) / most, 1), round(width - GAP, 1),
            round(HIGH * (many or 0) / most, 1), label, many)
        for at, (label, many) in enumerate(counted)
    )  # fmt: skip
