"""`handrail dialogs`: prove the dialogs before any of them runs, begin a new one, see what a change changes."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from app.cli.talk import read
from dialogs.engine.conversations import Conversation, read_conversations
from dialogs.engine.differences import Edition, differences
from dialogs.engine.examine import examine
from dialogs.engine.example import way_to
from dialogs.engine.facts import examples
from dialogs.engine.files import BESIDE_THE_ENGINE, parse_all, read_folder
from dialogs.engine.model import Always, Dialog, DialogFaults, Fault
from dialogs.engine.proposal import Proposal, written
from dialogs.engine.render import fill
from dialogs.engine.rules_words import worst_cost
from dialogs.engine.segments import cost
from dialogs.engine.starter import CONVERSATIONS, starter


@click.group()
def dialogs() -> None:
    """What we say: check the dialogs, begin one, see what a change would change."""


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
    found = examine(folder, clinical_words=clinical_words)
    if found.faults:
        _refuse(found.faults, found.dialogs)
    if with_cost:
        for line in _costs(found.dialogs, found.always):
            click.echo(line)
    texts = sum(1 for _ in written(Proposal(found.dialogs, found.always, clinical_words)))
    many = len(found.dialogs)
    click.echo(f"{many} dialog{'s' * (many != 1)} and {texts} texts: no fault found.")


@dialogs.command("new")
@click.argument("name")
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=BESIDE_THE_ENGINE,
    envvar="DIALOGS_DIR",
)
def new_command(name: str, folder: Path) -> None:
    """Begin the dialog NAME in FOLDER: a small sound file in both languages, and its conversations, to be changed."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise click.ClickException(
            f"“{name}” cannot be a name; please use small letters, digits and _ only, with a letter first."
        )
    files = {folder / f"{name}.toml": starter(name)}
    files |= {folder / "conversations" / f"{name}.{each}.txt": body for each, body in CONVERSATIONS.items()}
    if standing := [path for path in files if path.exists()]:
        raise click.ClickException(f"{standing[0]} stands already; please choose another name or change that file.")
    for path, body in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(body, encoding="utf-8")
        click.echo(f"Wrote {path}")
    click.echo("Change its words, then: handrail dialogs check · handrail talk " + name)
    click.echo("Then let the conversations be written out and read: pytest tests/dialogs/test_golden.py --update")


@dialogs.command("diff")
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of dialogs to compare with, instead of those in force.",
)
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=BESIDE_THE_ENGINE,
    envvar="DIALOGS_DIR",
)
def diff_command(folder: Path, against: Path | None) -> None:
    """Show which conversations the dialogs in FOLDER would change, line by line, before anybody puts them in force."""
    try:
        proposed = Edition(*parse_all(read_folder(folder)))
        before = Edition(*parse_all(read_folder(against))) if against else _in_force()
        written = _conversations(folder)
    except DialogFaults as error:
        _refuse(error.faults)
        return
    except ValueError as error:
        raise click.ClickException(f"A conversation file cannot be read: {error}.") from error
    _echo_names(before, proposed)
    changed = list(differences(before, proposed, written, read))
    for each in changed:
        click.echo(f"\n{each.dialog} ({each.language}) # {each.title}")
        click.echo("\n".join(f"  {line}" for line in each.lines if not line.startswith("@@")))
    played = sum(map(len, written.values()))
    click.echo(f"\n{len(changed)} of {played} conversations change." if changed else "No conversation changes.")


def _in_force() -> Edition:
    from app import db, starting  # only this needs the database
    from app.library import versions  # only this needs the database

    starting.start()
    with db.reading("cli.dialogs_in_force") as session:
        shelf = versions.in_force(session)
    return Edition({name: pinned.dialog for name, pinned in shelf.dialogs.items()}, shelf.always)


def _conversations(folder: Path) -> dict[tuple[str, str], list[Conversation]]:
    found = {}
    for path in sorted((folder / "conversations").glob("*.*.txt")):
        name, _, language = path.stem.partition(".")
        found[name, language] = read_conversations(path.read_text(encoding="utf-8"))
    return found


def _echo_names(before: Edition, proposed: Edition) -> None:
    for name in sorted({*before.dialogs, *proposed.dialogs}):
        old, new = before.dialogs.get(name), proposed.dialogs.get(name)
        if old is None or new is None or old.sha256 != new.sha256:
            what = "new" if old is None else "changed" if new else "not in this folder; it stays in force"
            click.echo(f"{name}: {what}")
    if before.always.sha256 != proposed.always.sha256:
        click.echo("_always: changed; its words need a clinician's signature")


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
    file, _, rest = fault.address.partition(" (line ")[0].partition(" › ")
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
