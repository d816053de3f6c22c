"""`handrail dialogs`: prove the dialogs before any of them runs."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from dialogs.engine.check import check
from dialogs.engine.example import way_to
from dialogs.engine.files import BESIDE_THE_ENGINE, parse_all, read_folder
from dialogs.engine.model import Always, Dialog, DialogFaults, Fault
from dialogs.engine.proposal import Proposal, written
from dialogs.engine.render import fill
from dialogs.engine.rules_words import worst_cost
from dialogs.engine.segments import cost
from dialogs.engine.vocabulary import examples


@click.group()
def dialogs() -> None:
    """What we say: check the dialogs."""


@dialogs.command("check")
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=BESIDE_THE_ENGINE,
    envvar="DIALOGS_DIR",
)
@click.option("--cost", "with_cost", is_flag=True, help="Show what each text costs in SMS segments.")
def check_command(folder: Path, with_cost: bool) -> None:
    """Prove every dialog in FOLDER: print each fault as a sentence with its address; exit 1 if there is one."""
    try:
        found, always = parse_all(read_folder(folder))
        faults = check(found, always, clinical_words=clinical_words)
    except DialogFaults as error:
        _refuse(error.faults)
        return
    if faults:
        _refuse(faults, found)
    if with_cost:
        for line in _costs(found, always):
            click.echo(line)
    texts = sum(1 for _ in written(Proposal(found, always, clinical_words)))
    click.echo(f"{len(found)} dialog{'s' * (len(found) != 1)} and {texts} texts: no fault found.")


def clinical_words(text: str) -> bool:
    """Whether a patient who wrote this would be handed to a nurse."""
    from escalation_desk.classifier import mentions_health  # the word lists take a moment: only the check pays for it

    return mentions_health(text)


def _refuse(faults: list[Fault], found: Mapping[str, Dialog] | None = None) -> None:
    for fault in faults:
        click.echo(str(fault))
        if example := _example(fault, found or {}):
            click.echo(f"    for example: {example}")
    click.echo(f"{len(faults)} fault{'s' * (len(faults) != 1)}: these dialogs may not run.")
    sys.exit(1)


def _example(fault: Fault, found: Mapping[str, Dialog]) -> str:
    """The conversation that comes to the fault, if it stands in a state that one can come to."""
    file, _, rest = fault.address.partition(" › ")
    dialog, state = found.get(Path(file).stem), rest.partition(" › ")[0]
    if dialog is None or state not in dialog.states:
        return ""
    way = way_to(dialog, state)
    return " · ".join(("it begins", *way, f"and is at “{state}”")) if way is not None else ""


def _costs(found: Mapping[str, Dialog], always: Always) -> Iterator[str]:
    """Per text: its usual cost and, with the longest names, its worst."""
    for each in written(Proposal(found, always, clinical_words)):
        if each.spoken:
            continue
        usual, worst = cost(fill(each.whole, examples(each.language))), worst_cost(each.whole, each.language)
        odd = f" because of {' '.join(worst.odd)}" if worst.odd else ""
        yield (
            f"{each.address}: usually {usual.segments} ({usual.encoding}, {usual.units} long), "
            f"at most {worst.segments} ({worst.encoding}{odd}, {worst.units} long)"
        )
