"""`python -m app.demo.prepare`: tables, dialogs and, the first time, the practice; one process, as each would import
everything anew. The Procfile's release phase does the same for a real practice, without the last."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from app import db, schema, starting
from app.demo import seed, stamp
from app.library import activation
from app.library.word_lists import NotSound
from app.models.records import LibraryVersion
from app.settings import Settings
from dialogs.engine.model import DialogFaults


@click.command()
@click.option("--phones", type=click.Path(path_type=Path), required=True, help="Write the carrier's phones here.")
@click.option("--welcome", type=click.Path(path_type=Path), required=True, help="Write the sign-ins here.")
@click.option("--stamp", "stamped", type=click.Path(path_type=Path), required=True, help="Write here what was done.")
def prepare(phones: Path, welcome: Path, stamped: Path) -> None:
    """Make the demo's database ready; what is ready already stays as it is."""
    made_for = stamp.of_this_checkout()
    settings = starting.start()
    click.echo("Bringing the database up to date.")
    schema.migrate()
    click.echo("Proving the dialogs.")
    proved = _activate(settings)
    if not welcome.exists():
        click.echo("Making the practice: its people, phones and appointments.")
        seed.seed()
        _write(welcome, "\n".join(_sign_ins()) + "\n")
    seed.write_phones(phones)
    if proved:
        _write(stamped, made_for)


def _activate(settings: Settings) -> bool:
    """Put changed dialogs and word lists in force. Faulty ones end the first start; later those before serve."""
    try:
        changed = activation.activate(settings.dialogs_dir)
    except (DialogFaults, NotSound) as faults:
        click.echo(f"The dialogs or word lists in this folder have faults:\n{faults}")
        with db.reading("demo.in_force") as session:
            if session.scalar(select(LibraryVersion.id).limit(1)) is None:
                sys.exit(1)
        click.echo("Those that were in force before go on serving.")
        return False
    if changed:
        click.echo(f"Now in force: {', '.join(changed)}")
    return True


def _sign_ins() -> list[str]:
    return [f"{one.name} ({one.role.replace('_', ' ')}): {one.username} / {one.password}" for one in seed.sign_ins()]


def _write(path: Path, text: str) -> None:
    """Whole or not at all: what stands here says that the work before it is done."""
    half = path.with_suffix(".new")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


if __name__ == "__main__":
    prepare()
