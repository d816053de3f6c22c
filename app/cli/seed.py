"""`handrail seed`: fill an empty demo with a believable practice."""

from pathlib import Path

import click

from app import settings, starting
from app.demo import seed as demo_seed
from app.environment import SettingsError


@click.command()
@click.option(
    "--phones",
    envvar="SIM_PHONES",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the stand-in carrier's list of phones here.",
)
def seed(phones: Path | None) -> None:
    """Fill an empty demo with Lakeside Clinic and print the sign-ins; running it again changes nothing."""
    try:
        current = settings.current()
        if current.live:
            raise click.ClickException("The demo's practice and its known passwords never go into a live database.")
        starting.start(current)
    except SettingsError as fault:
        raise click.ClickException(str(fault)) from fault
    if phones is not None:
        demo_seed.write_phones(phones)
    fresh = demo_seed.seed()
    click.echo("Lakeside Clinic is ready." if fresh else "There is a practice already: nothing was changed.")
    if fresh:
        for person in demo_seed.sign_ins():
            click.echo(f"  {person.name} ({person.role.replace('_', ' ')}): {person.username} / {person.password}")
