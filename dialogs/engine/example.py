"""A conversation that comes to a place: the shortest way through a dialog to one of its states."""

from collections import deque

from dialogs.engine.model import DONE, Dialog, Edge, edges
from dialogs.engine.play import duration


def way_to(dialog: Dialog, state: str) -> tuple[str, ...] | None:
    """The lines of the shortest conversation that comes to `state`, as a golden conversation writes them; None if
    nothing leads there."""
    ways: dict[str, tuple[Edge, ...]] = {dialog.start: ()}
    waiting = deque([dialog.start])
    while waiting and state not in ways:
        here = waiting.popleft()
        for edge in edges(dialog):
            if edge.state == here and edge.to not in ways:
                ways[edge.to] = (*ways[here], edge)
                waiting.append(edge.to)
    return tuple(_line(dialog, edge) for edge in ways[state]) if state in ways else None


def _line(dialog: Dialog, edge: Edge) -> str:
    state = dialog.states[edge.state]
    if edge.by == "silence" and state.silence is not None:
        return f"-- {duration(state.silence.after)} --"
    does = next((way.does for way in state.ways if way.by == edge.by), None)
    said = f"patient: a {state.answer.type}" if edge.by == "answer" and state.answer else f"patient: {edge.by[-1]}"
    return f"{said} ({does}: {edge.outcome})" if does is not None and edge.outcome != DONE else said
