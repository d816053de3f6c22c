"""`handrail simulate`: a made-up practice lives through weeks in minutes, and every invariant is checked."""

import sys
import tempfile
from pathlib import Path

import click

from app.rehearsal.play import Outcome, play


@click.command()
@click.option("--patients", type=click.IntRange(1, 20_000), default=200, show_default=True, help="How many patients.")
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True, help="For how many days.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed plays the same people."
)
def simulate(patients: int, days: int, seed: int) -> None:
    """Play a whole practice against the stand-in carrier, on a clock of its own, and say how it went.

    Nothing outside a folder of its own is touched, and nobody is texted. Ends with 1 if an invariant does not hold.
    """
    with (
        tempfile.TemporaryDirectory(prefix="handrail-rehearsal-") as folder,
        click.progressbar(length=days, label="Days", file=sys.stderr, show_pos=True) as shown,
    ):
        outcome = play(Path(folder), patients, days, seed, lambda _: shown.update(1))
    for line in _told(outcome):
        click.echo(line)
    if outcome.violations:
        sys.exit(1)


def _told(outcome: Outcome) -> list[str]:
    struck = outcome.faults.total()
    return [
        f"{outcome.patient_days} patient-days in {outcome.seconds:.0f} s: {outcome.a_minute:.0f} a minute.",
        *(f"  {figure.name}: {figure}" for figure in outcome.figures),
        f"  faults of the carrier: {struck} of {len(outcome.faults)} kinds",
        f"{outcome.checked} invariants checked, {len(outcome.violations)} violations.",
        *(f"  {violation}" for violation in outcome.violations),
    ]
