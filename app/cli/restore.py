"""`handrail restore` and `handrail compare`: a backup comes back, and nothing in it goes out by itself."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("backup", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(backup: Path) -> None:
    """Load BACKUP into the empty place that DATABASE_URL names. Nothing but new safety texts leaves until `compare`."""
    from app import log, sealing, settings
    from app.upkeep import restoring
    from app.upkeep.backups import BackupRefused
    from app.upkeep.dumps import DumpFailed
    from app.upkeep.vault import VaultBroken

    current = settings.current()
    log.start()
    sealing.start(current.data_keys.get_secret_value(), current.index_key.get_secret_value())
    try:
        done = restoring.restore(current, backup)
    except (BackupRefused, DumpFailed, VaultBroken) as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"The backup of {done.backed_up_at:%Y-%m-%d %H:%M} UTC stands in the database.")
    click.echo(f"{done.waited} texts waited in it. None of them goes by itself, whatever SENDING says.")
    if done.lost is not None:
        click.echo(f"At least {done.lost:,} entries of the record were written after it and are lost.")
    for flaw in done.flaws:
        click.echo(f"{flaw.stream}, entry {flaw.position}: {flaw.sentence}.", err=True)
    click.echo("Next: `handrail compare`. Until it is done, only new safety texts leave and no dialog answers.")
    if done.flaws:
        sys.exit(1)
    click.echo("The record is whole: every entry is as it was written.")


@click.command()
def compare() -> None:
    """After a restore: learn from the carrier what went out and came in since. SENDING=on then lets texts go."""
    from app import starting
    from app.messaging.gateway import Gateway
    from app.upkeep import comparing
    from app.upkeep.comparing import NotCompared

    current = starting.start(pool_size=2)
    try:
        done = comparing.compare(Gateway(current), current)
    except NotCompared as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"Of the texts that waited in the backup {done.found} had left by then, as the carrier's list shows.")
    click.echo(f"{done.withheld} had not, and were withheld; {done.doubtful} may have. Each of these is a task.")
    click.echo(f"{done.lost} texts of ours and {done.fetched} of patients, which it did not know, were written down.")
    click.echo(f"{len(done.numbers)} numbers have a task: look at what was said, and ask.")
    click.echo("Read what was found, and then set SENDING=on and restart every process: texts leave again.")
