"""What an examination says: one line for each thing, a sentence with what to do."""

from typing import Literal, NamedTuple

Verdict = Literal["ok", "look", "bad"]


class Line(NamedTuple):
    """`look`: it works, and somebody should know. `bad`: it does not, and somebody must act."""

    verdict: Verdict
    sentence: str


def ok(sentence: str) -> Line:
    return Line("ok", sentence)


def look(sentence: str) -> Line:
    return Line("look", sentence)


def bad(sentence: str) -> Line:
    return Line("bad", sentence)
