"""Commands that look after an installation: migrate, activate, verify-log."""

import sys

import click

from app import anchors, db, library, schema, starting
from dialogs.engine.model import DialogFaults


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest revision. Safe to repeat."""
    starting.start()
    schema.migrate()
    click.echo(f"The database stands at revision {schema.current()}.")


@click.command("activate")
@click.option("--reviewer", default="shipped with Handrail", show_default=True, help="Who approved the change.")
def activate(reviewer: str) -> None:
    """Prove the dialogs of the checkout and put those that changed in force."""
    settings = starting.start()
    try:
        proved = library.prove(settings.dialogs_dir)
    except DialogFaults as faults:
        click.echo(f"Nothing was activated; what was in force stays.\n{faults}", err=True)
        sys.exit(1)
    with db.transaction("cli.activate") as session:
        changed = library.activate(session, proved, reviewer)
    click.echo(f"Now in force: {', '.join(changed)}." if changed else "Everything in force is up to date.")


@click.command("verify-log")
def verify_log() -> None:
    """Prove that no entry of the record was changed, removed, added or swapped since it was written."""
    settings = starting.start()
    with db.reading("cli.verify_log") as session:
        flaws = list(anchors.verify(session, settings.anchor_dir))
    for flaw in flaws:
        click.echo(f"{flaw.stream}, entry {flaw.position}: {flaw.sentence}.", err=True)
    if flaws:
        sys.exit(1)
    click.echo("The record is whole: every entry is as it was written.")
