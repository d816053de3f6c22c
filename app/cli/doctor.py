"""`handrail doctor`: what is well with this installation, what is not, and what to do."""

import sys

import click

SIGNS = {"ok": "ok  ", "look": "look", "bad": "BAD "}


@click.command()
def doctor() -> None:
    """Look over this installation; ends with 1 when something must be done. Changes nothing and sends nothing."""
    from app.upkeep import doctor

    lines = []
    for line in doctor.examine():
        click.echo(f"{SIGNS[line.verdict]}  {line.sentence}")
        lines.append(line)
    if any(line.verdict == "bad" for line in lines):
        sys.exit(1)
