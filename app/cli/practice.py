"""`handrail practice`: whom this installation serves, where, and with which providers."""

from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy.orm import Session

WALL_CLOCK = click.DateTime(["%H:%M"])


@click.group()
def practice() -> None:
    """The practice: describe it, add its locations and providers."""


@practice.command("describe")
@click.argument("name")
@click.option("--time-zone", required=True, help="Such as America/Chicago.")
@click.option("--texts-from", type=WALL_CLOCK, default="08:00", show_default=True, help="No outreach before.")
@click.option("--texts-until", type=WALL_CLOCK, default="20:00", show_default=True, help="No outreach after.")
def describe(name: str, time_zone: str, texts_from: datetime, texts_until: datetime) -> None:
    """Enter the practice's NAME, as every text will say it, or change it."""
    from app import practice as verbs

    _do(lambda session: verbs.describe(session, name, time_zone, texts_from.time(), texts_until.time()))
    click.echo(f"This installation serves {name}.")


@practice.command("location")
@click.argument("name")
@click.option("--time-zone", help="When it is not the practice's.")
def location(name: str, time_zone: str | None) -> None:
    """Add a place by a NAME that tells no specialty: patients read it in their texts."""
    from app import practice as verbs

    _do(lambda session: verbs.add_location(session, name, time_zone))
    click.echo(f"Added the location {name}.")


@practice.command("provider")
@click.argument("name")
def provider(name: str) -> None:
    """Add a provider; staff see the NAME, texts never say it."""
    from app import practice as verbs

    _do(lambda session: verbs.add_provider(session, name))
    click.echo(f"Added the provider {name}.")


def _do(act: Callable[[Session], object]) -> None:
    from app import db, starting
    from app.practice import PracticeRefused

    starting.start()
    try:
        with db.transaction("cli.practice") as session:
            act(session)
    except PracticeRefused as refused:
        raise click.ClickException(str(refused)) from refused
