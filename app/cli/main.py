"""The `handrail` command; each subcommand is imported only when it is called."""

import gc
import importlib
import sys

import click

from app import GARBAGE_AFTER

COMMANDS = {
    "activate": "app.cli.upkeep:activate",
    "backup": "app.cli.backup:backup",
    "changes": "app.cli.importing:changes_file",
    "classify": "app.cli.classify:classify",
    "demo": "app.demo.command:demo",
    "compare": "app.cli.restore:compare",
    "dialogs": "app.cli.dialogs:dialogs",
    "doctor": "app.cli.doctor:doctor",
    "eval": "app.cli.evaluate:evaluate",
    "import": "app.cli.importing:import_file",
    "lexicon": "app.cli.lexicon:lexicon",
    "migrate": "app.cli.upkeep:migrate",
    "practice": "app.cli.practice:practice",
    "reseal": "app.cli.reseal:reseal",
    "restore": "app.cli.restore:restore",
    "seed": "app.cli.seed:seed",
    "serve": "app.cli.processes:serve",
    "staff": "app.cli.staff:staff",
    "simulate": "app.cli.simulate:simulate",
    "talk": "app.cli.talk:talk",
    "ticker": "app.cli.processes:ticker",
    "verify-log": "app.cli.upkeep:verify_log",
    "worker": "app.cli.processes:worker",
}


class Handrail(click.Group):
    """A group that knows its commands by name and imports none of them before its time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.command(cls=Handrail, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Handrail texts a medical practice's patients and puts a nurse within reach."""


def main() -> None:
    """Run the command; a bad setting ends it with sentences, not with a trace."""
    gc.set_threshold(GARBAGE_AFTER)
    try:
        cli()
    except Exception as error:
        if not _says_what_to_change(error):
            raise
        click.echo(f"Handrail cannot start:\n{error}", err=True)
        sys.exit(2)


def _says_what_to_change(error: Exception) -> bool:
    """Imported only now: whoever starts the demo waits for none of them."""
    from app.environment import SettingsError
    from app.sealing import SealingError
    from app.spool import NoSpool

    return isinstance(error, SettingsError | SealingError | NoSpool)
