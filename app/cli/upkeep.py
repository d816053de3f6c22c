"""Commands that look after an installation: migrate, activate, verify-log."""

import sys
from pathlib import Path

import click

from app import anchors, db, schema, starting
from app.library import activation
from app.library.word_lists import NotSound
from dialogs.engine.model import DialogFaults

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest revision. Safe to repeat."""
    starting.start()
    schema.migrate()
    click.echo(f"The database stands at revision {schema.current()}.")


@click.command("activate")
@click.option("--reviewer", default=activation.SHIPPED_BY, show_default=True, help="Who approved the change.")
@click.option("--lists", type=FOLDER, help="Word lists from this folder instead of the checkout's.")
@click.option(
    "--accept-lost", "why", help="Why texts or words that reached a nurse may reach none any more; needs --reviewer."
)
def activate(reviewer: str, lists: Path | None, why: str | None) -> None:
    """Prove the dialogs and word lists of the checkout and put those that changed in force."""
    settings = starting.start()
    if why is not None and (reviewer == activation.SHIPPED_BY or not reviewer.strip() or not why.strip()):
        raise click.UsageError("Say who accepts it (--reviewer) and why (--accept-lost).")
    override = activation.Override(reviewer, why) if why is not None else None
    try:
        changed = activation.activate(settings.dialogs_dir, lists, reviewer=reviewer, override=override)
    except (DialogFaults, NotSound) as faults:
        click.echo(f"Nothing was activated; what was in force stays.\n{faults}", err=True)
        sys.exit(1)
    click.echo(f"Now in force: {', '.join(changed)}." if changed else "Everything in force is up to date.")


@click.command("verify-log")
def verify_log() -> None:
    """Prove that no entry of the record was changed, removed, added or swapped since it was written."""
    settings = starting.start()
    with db.reading("cli.verify_log") as session:
        flaws = list(anchors.verify(session, settings.anchor_dir))
    for flaw in flaws:
        click.echo(f"{flaw.stream}, entry {flaw.position}: {flaw.sentence}.", err=True)
    compared = anchors.reach(settings.anchor_dir)
    if compared is None:
        click.echo(f"No anchor stands in {settings.anchor_dir}: an end that was cut off could not be seen.", err=True)
    if flaws or compared is None:
        sys.exit(1)
    many, first, last = (str(each)[:16] for each in compared)
    click.echo("The record is whole: every entry is as it was written.")
    click.echo(
        f"Compared with {many} anchors, from {first} to {last} (UTC); what was cut off since then cannot be seen."
    )
