"""`handrail talk`: play a dialog at the terminal, as the patient."""

from collections.abc import Sequence
from pathlib import Path

import click

from dialogs.engine.conversations import Conversation, write_conversations
from dialogs.engine.files import BESIDE_THE_ENGINE, parse_all, read_folder
from dialogs.engine.model import DialogFaults
from dialogs.engine.play import Heard, Play
from dialogs.engine.vocabulary import LANGUAGES

_HOW = "You are the patient. /wait lets the silence pass, /save FILE keeps the transcript, /quit leaves."


@click.command()
@click.argument("dialog")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The patient's language.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=BESIDE_THE_ENGINE,
    envvar="DIALOGS_DIR",
    help="The folder of dialogs.",
)
@click.option("--voice", is_flag=True, help="As a call: what is said aloud, and keys instead of texts.")
def talk(dialog: str, lang: str, folder: Path, voice: bool) -> None:
    """Play DIALOG with believable facts. Nothing is sent and nothing is kept unless you /save it."""
    try:
        dialogs, always = parse_all(read_folder(folder))
    except DialogFaults as error:
        raise click.ClickException(f"These dialogs cannot be played:\n{error}") from error
    if dialog not in dialogs:
        raise click.ClickException(f"There is no dialog “{dialog}”. There are: {', '.join(sorted(dialogs))}.")
    play = Play(dialogs, always, dialog, lang, read, "voice" if voice else "sms")
    click.echo(_HOW)
    play.begin()
    shown = _show(play, 0)
    while (line := _typed()) is not None:
        _obey(play, line.strip())
        shown = _show(play, shown)


def read(text: str, language: str, expected: Sequence[str]) -> Heard:
    """The patient's words as the classifier reads them."""
    from escalation_desk import classifier  # loading the word lists takes a moment: only a talk pays for it

    return classifier.read(text, language, expected=expected)


def _typed() -> str | None:
    try:
        line: str = click.prompt("you", prompt_suffix="> ", default="", show_default=False)
    except click.Abort:
        return None
    return None if line.strip() == "/quit" else line


def _obey(play: Play, line: str) -> None:
    command, _, rest = line.partition(" ")
    if command == "/wait":
        if play.place is None:
            click.echo("The talk has ended; there is nothing to wait for.")
        play.wait()
    elif command == "/save":
        _save(play, rest.strip())
    elif command.startswith("/"):
        click.echo(f"There is no command {command}. {_HOW}")
    else:
        play.patient(line)


def _save(play: Play, name: str) -> None:
    if not name:
        click.echo("Please name a file: /save FILE")
        return
    conversation = Conversation(f"{play.dialog.title} ({play.language})", tuple(play.lines))
    try:
        Path(name).write_text(write_conversations([conversation]), encoding="utf-8")
    except OSError as error:
        click.echo(f"This file cannot be written: {error.strerror}.")
    else:
        click.echo(f"Saved in {name}.")


def _show(play: Play, shown: int) -> int:
    """Print the lines not shown yet, but for what the patient has just typed herself."""
    for line in play.lines[shown:]:
        if not line.startswith("patient: "):
            click.echo(line)
    return len(play.lines)
