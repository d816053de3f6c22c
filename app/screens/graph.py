"""A dialog as a drawn graph without crossings: each waiting state as a small picture, with all its ways on."""

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.engine.model import DONE, Dialog, Edge, State, called, edges
from dialogs.engine.play import duration
from dialogs.engine.vocabulary import PEOPLE

WIDE, HIGH, BETWEEN, APART, MARGIN = 144, 46, 150, 14, 6
WIDTH = MARGIN * 2 + WIDE * 2 + BETWEEN
LONGEST_LABEL = 22
_OTHERWISE = {"answer": "written", "silence": "no answer"}


@dataclass(frozen=True)
class Box:
    """A state; `kind` is waits, ends, nurses, desk or calls (another dialog)."""

    name: str
    below: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True)
class Way:
    """All edges from the waiting state to one other: a curve, and what leads along it. `quiet`: only silence does."""

    to: Box
    path: str
    label: str
    quiet: bool


@dataclass(frozen=True)
class Branch:
    """One waiting state and where it leads, as one small picture."""

    box: Box
    ways: tuple[Way, ...]
    height: int


def drawn(dialog: Dialog) -> tuple[Branch, ...]:
    """A picture for each waiting state, in the order in which answers come to them."""
    return tuple(_branch(dialog, state) for state in _in_order(dialog) if state.waits)


def _in_order(dialog: Dialog) -> Iterator[State]:
    names = [dialog.start]
    for name in names:
        if name in dialog.states:
            yield dialog.states[name]
            names += dict.fromkeys(edge.to for edge in edges(dialog) if edge.state == name and edge.to not in names)


def _branch(dialog: Dialog, state: State) -> Branch:
    along: dict[str, list[Edge]] = {}
    for edge in edges(dialog):
        if edge.state == state.name and (edge.calls or edge.to in dialog.states):
            along.setdefault(edge.to, []).append(edge)
    height = MARGIN * 2 + max(1, len(along)) * (HIGH + APART) - APART
    box = _box(state, MARGIN, (height - HIGH) // 2)
    ways = tuple(_way(box, _to(dialog, to, row), between) for row, (to, between) in enumerate(along.items()))
    return Branch(box, ways, height)


def _box(state: State, x: int, y: int) -> Box:
    return Box(_words(state.name), _below(state), _kind(state), x, y)


def _kind(state: State) -> str:
    if state.waits:
        return "waits"
    return "ends" if state.people is None else "nurses" if PEOPLE.get(state.people) == "nurses" else "desk"


def _below(state: State) -> str:
    if state.waits:
        return f"waits {duration(state.silence.after)}" if state.silence else "waits"
    reader = {"nurses": "to the nurses", "desk": "to the front desk", "ends": ""}[_kind(state)]
    return reader or ("ends" if state.say else "ends without a text")


def _to(dialog: Dialog, target: str, row: int) -> Box:
    """A state of the dialog, or another dialog in which the talk goes on."""
    x, y = MARGIN + WIDE + BETWEEN, MARGIN + row * (HIGH + APART)
    other = called(target)
    return _box(dialog.states[target], x, y) if other is None else Box(_words(other), "another dialog", "calls", x, y)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _way(box: Box, to: Box, along: list[Edge]) -> Way:
    start, end, bend = (box.x + WIDE, box.y + HIGH // 2), (to.x - 6, to.y + HIGH // 2), BETWEEN // 5
    path = (
        f"M{start[0]},{start[1]} C{start[0] + bend},{start[1]} {start[0]},{end[1]} {start[0] + bend},{end[1]} H{end[0]}"
    )
    return Way(to, path, _label(along), all(edge.by == "silence" for edge in along))


def _label(along: list[Edge]) -> str:
    """`1–3, written`; an outcome that is not the usual one is named."""
    outcomes = {edge.outcome for edge in along}
    other = next(iter(outcomes)) if len(outcomes) == 1 else DONE
    numbers = list(dict.fromkeys(edge.by.removeprefix("choice ") for edge in along if edge.by.startswith("choice ")))
    said = [f"{numbers[0]}–{numbers[-1]}"] if _in_a_row(numbers) else numbers
    said += dict.fromkeys(_OTHERWISE[edge.by] for edge in along if edge.by in _OTHERWISE)
    label = ", ".join(said) + (f": {other}" if other != DONE else "")
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip(", ") + "…"


def _in_a_row(numbers: list[str]) -> bool:
    return len(numbers) > 2 and int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1
