"""`handrail backup`: one encrypted file with everything that cannot be made again."""

from pathlib import Path

import click


@click.command()
@click.argument("where", type=click.Path(path_type=Path), default=Path())
def backup(where: Path) -> None:
    """Write a backup to the file WHERE, or into the folder WHERE, while everything runs; then read it back."""
    from app import starting
    from app.upkeep import backups
    from app.upkeep.backups import BackupRefused
    from app.upkeep.dumps import DumpFailed
    from app.upkeep.vault import VaultBroken

    settings = starting.start(pool_size=2)
    try:
        made = backups.make(settings, where)
    except (BackupRefused, DumpFailed, VaultBroken) as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as error:
        raise click.ClickException(f"{where} cannot be written to: {error.strerror}.") from error
    click.echo(f"{made.path}: {made.size:,} bytes, read back whole. sha256 {made.digest}")
    click.echo("Keep BACKUP_KEY, DATA_KEYS and INDEX_KEY of today elsewhere: without them nobody can read it.")
