"""`handrail staff`: who may sign in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from app import db, starting
from app.models.staff import ROLES
from app.web import accounts, passwords


@click.group()
def staff() -> None:
    """Accounts of the practice's staff: add, disable, reset."""


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="As colleagues see it: “Nora Lindqvist”.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def add(username: str, name: str, role: str, password_stdin: bool) -> None:
    """Add a person. Without --password-stdin a password is made and shown this once."""
    password = _password(password_stdin)
    with _account_work() as session:
        accounts.add(session, username, name, role, password, given=not password_stdin)
    click.echo(f"{accounts.folded(username)} may sign in as {role.replace('_', ' ')}.")
    _show(password, password_stdin)


@staff.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Shut a person out, everywhere and at once."""
    with _account_work() as session:
        accounts.disable(session, username)
        left = accounts.keepers_left(session)
    click.echo(f"{accounts.folded(username)} is signed out everywhere and may not sign in.")
    if not left:
        click.echo("Nobody is left who may look after accounts on the screen: add a manager or an admin.", err=True)


@staff.command("reset")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@click.option("--second-factor", is_flag=True, help="Take back her lost authenticator instead; the password stays.")
def reset(username: str, password_stdin: bool, second_factor: bool) -> None:
    """Give a person a new password, and let her in again."""
    if second_factor:
        with _account_work() as session:
            accounts.forget_second_factor(session, username)
        click.echo(f"{accounts.folded(username)} is signed out everywhere and sets up an authenticator anew.")
        return
    password = _password(password_stdin)
    with _account_work() as session:
        accounts.reset(session, username, password, given=not password_stdin)
    click.echo(f"{accounts.folded(username)} has a new password and is signed out everywhere.")
    _show(password, password_stdin)


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else passwords.generated()


def _show(password: str, from_stdin: bool) -> None:
    if not from_stdin:
        click.echo(f"Password, shown this once: {password}\nAnother one is chosen at the first sign-in.")


@contextmanager
def _account_work() -> Iterator[Session]:
    """One transaction; a refusal is a sentence on standard error."""
    starting.start()
    try:
        with db.transaction("staff_accounts") as session:
            yield session
    except (accounts.AccountRefused, passwords.BadPassword) as refusal:
        raise click.ClickException(str(refusal)) from refusal
