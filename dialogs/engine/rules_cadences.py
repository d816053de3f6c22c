"""The proof of cadences: no ladder ends without a person, and each says dialogs that fit what it is about."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from dialogs.engine.cadences import ANY, BY_CALL, BY_TEXT, CHECK_IN, CONFIRM, KINDS, NAME, Cadences, Step
from dialogs.engine.model import Dialog, Fault

ABOUT_A_VISIT = (CONFIRM, "no_show")
"""Kinds whose dialogs are about an appointment; those of all others are about a patient."""


def check(cadences: Cadences, dialogs: Mapping[str, Dialog]) -> list[Fault]:
    """What is wrong with cadences beside these dialogs; an empty list is the proof."""
    return [Fault("C01", f"dialogs/{NAME}.toml › {where}", sentence) for where, sentence in _faults(cadences, dialogs)]


def _faults(cadences: Cadences, dialogs: Mapping[str, Dialog]) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        if ANY not in cadences.ladders.get(kind, {}):
            yield kind, f"there is no part [{kind}.{ANY}]; please add one: nothing may be forgotten."
    for kind, ladders in cadences.ladders.items():
        for visit_type, steps in ladders.items():
            yield from ((f"{kind}.{visit_type}", sentence) for sentence in _of_ladder(kind, steps, dialogs))


def _of_ladder(kind: str, steps: tuple[Step, ...], dialogs: Mapping[str, Dialog]) -> Iterator[str]:
    if not steps or steps[-1].gives_to is None:
        yield "the last step must give the matter to a person; please end with gives_to."
    if any(step.gives_to is not None for step in steps[:-1]):
        yield "only the last step gives the matter to a person; please leave out what comes after it."
    if any(later.at <= sooner.at for sooner, later in pairwise(steps)):
        yield "the steps must follow one another in time; please put them in order."
    if kind == CONFIRM and any(step.at >= timedelta() for step in steps):
        yield "a visit is confirmed before it begins; please count every step before it."
    if kind == CHECK_IN and steps and steps[-1].gives_to != "nurses":
        yield 'what nobody answered about health is a nurse\'s; please end with gives_to = "nurses".'
    if any(step.by == BY_CALL for step in steps):
        yield from _of_calls(steps)
    yield from (sentence for step in steps if step.says is not None for sentence in _of_dialog(kind, step, dialogs))


def _of_calls(steps: tuple[Step, ...]) -> Iterator[str]:
    if not any(step.says is not None and step.by == BY_TEXT for step in steps):
        yield "not everybody may be rung by our system; please add a step that says a dialog by text."


def _of_dialog(kind: str, step: Step, dialogs: Mapping[str, Dialog]) -> Iterator[str]:
    dialog = dialogs.get(step.says or "")
    if dialog is None:
        yield f"“{step.says}” is no dialog of this folder; please name one that is."
        return
    about = "appointment" if kind in ABOUT_A_VISIT else "patient"
    if dialog.about != about:
        yield f"“{dialog.name}” is about {_one(dialog.about)}; please name a dialog that is about {_one(about)}."
    if dialog.asks_about_health != (kind == CHECK_IN):
        asks = "asks" if dialog.asks_about_health else "does not ask"
        yield f"“{dialog.name}” {asks} about health; what check_in says does, and nothing else."


def _one(about: str) -> str:
    return "an appointment" if about == "appointment" else "a patient"
