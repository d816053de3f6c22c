"""A folder of dialogs, read and proved in one way, whoever asks: the command that shows it, or the library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogs.engine import cadences, files, rules_cadences
from dialogs.engine.check import check
from dialogs.engine.lines import with_lines
from dialogs.engine.model import Always, Dialog, DialogFaults, Fault


@dataclass(frozen=True)
class Examined:
    """What stands in a folder: its files by name, what was read of them, and every fault with its line; without one it
    is proved. Where a file cannot be read at all, `dialogs` and `always` are empty."""

    bodies: Mapping[str, str]
    dialogs: Mapping[str, Dialog]
    always: Always
    faults: list[Fault]


def examine(folder: Path, *, clinical_words: Callable[[str], bool]) -> Examined:
    """Read and prove all dialogs, fixed texts and cadences of `folder`; raises nothing for what stands in it."""
    bodies: dict[str, str] = {}
    try:
        bodies |= files.read_folder(folder)
        when = files.read_cadences(folder)
        dialogs, always = files.parse_all(bodies)
    except DialogFaults as error:
        return Examined(bodies, {}, Always({}, ""), with_lines(error.faults, bodies))
    faults = check(dialogs, always, clinical_words=clinical_words)
    if when is not None:
        bodies[cadences.NAME] = when
        faults += _of_cadences(when, dialogs)
    return Examined(bodies, dialogs, always, with_lines(faults, bodies))


def _of_cadences(body: str, dialogs: Mapping[str, Dialog]) -> list[Fault]:
    try:
        return [*rules_cadences.check(cadences.parse(body), dialogs)]
    except DialogFaults as error:
        return error.faults
