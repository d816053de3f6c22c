"""The journeys that a process may die on: each begins from a kept world, takes its course, and must hold afterwards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.rehearsal.evidence import Evidence
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

Act = Callable[[Practice], None]
Held = Callable[[Evidence, Notes], Iterable[str]]


def _nothing(_: Practice) -> None:
    pass


def _nothing_more(_: Evidence, __: Notes) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Journey:
    """One journey.

    before: what has happened already, with what its course needs to know of it; points in it are not used.
    goes: its course; a process may die at any point of it.
    again: what people do once things answer again: they press once more.
    held: what must have come of it in the end, beyond the invariants that hold for all journeys; sentences naming ids.
    wakes: what is done at the beginning of each life, such as a changed setting.
    pairs: whether a second death, in the recovery, is tried for each first one.
    answered_at_the_door: the webhook's own answer texts her; a carrier that brings an answered text once more does that
    itself, so here only what failed comes again.
    from_the_list: nobody brings its text; what it asks of the end is meant for a text that was fetched.
    unfilled: it begins on a database that was migrated and never filled.
    """

    name: str
    goes: Act
    held: Held = _nothing_more
    before: Callable[[Practice], Notes] | None = None
    again: Act = _nothing
    wakes: Act = _nothing
    pairs: bool = True
    answered_at_the_door: bool = False
    from_the_list: bool = False
    unfilled: bool = False
