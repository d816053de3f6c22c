"""Readings as the classifier would give them, without its word lists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reads:
    intent: str
    value: str | None = None
    lane: str = "routine"
    fixed_text: str = "hand_off"


def digit(number: int | str) -> Reads:
    return Reads("choose", str(number))
