"""A form that is saved after somebody else changed what it shows: only what its user truly changed stays hers (H45).

The form carries how each field stood when it was opened, so that a field nobody touched is told from one that was put
back on purpose.
"""

from collections.abc import Iterable
from typing import NamedTuple

from app.screens.forms import Typed, typed

WAS = "was_"

Part = tuple[str, ...]
"""Fields that mean one thing together, such as a day and its time: they are one person's or the other's."""


class Merged(NamedTuple):
    """What the form shows now, and the parts that both have changed, each to something else."""

    form: Typed
    both: list[Part]


def opened_with(names: Iterable[str]) -> Typed:
    """How the fields stood when the form was opened; nothing for a form that does not say."""
    carried = typed(*(WAS + name for name in names))
    return Typed({name.removeprefix(WAS): value for name, value in carried.values.items()})


def merged(form: Typed, was: Typed, now: Typed, parts: Iterable[Part]) -> Merged:
    """Her changes on top of what stands now."""
    values, both = dict(now.values), []
    for part in parts:
        mine, before, theirs = (tuple(each[name] for name in part) for each in (form, was, now))
        if mine == before:
            continue
        values.update(zip(part, mine, strict=True))
        if theirs not in (before, mine):
            both.append(part)
    return Merged(Typed(values), both)
