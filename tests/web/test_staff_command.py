"""`handrail staff add|disable|reset`."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.cli import staff as command
from tests.web.browsing import PASSWORD, browser

Handrail = Callable[..., Result]


@pytest.fixture
def handrail(web: Flask) -> Handrail:
    return lambda *args, typed=None: CliRunner().invoke(command.staff, args, input=typed)


def test_add_shows_a_password_once_that_works(web: Flask, handrail: Handrail) -> None:
    added = handrail("add", "Nora", "--name", "Nora Lindqvist", "--role", "nurse")
    assert added.exit_code == 0, added.output
    password = re.search(r"shown this once: (\S+)", added.output)
    assert password is not None
    assert len(password[1]) == 23
    assert browser(web).signs_in("nora", password[1]).status_code == 303


def test_add_with_a_given_password_does_not_repeat_it(web: Flask, handrail: Handrail) -> None:
    added = handrail("add", "fran", "--name", "Fran", "--role", "front_desk", "--password-stdin", typed=PASSWORD + "\n")
    assert added.exit_code == 0
    assert PASSWORD not in added.output
    assert browser(web).signs_in("fran").status_code == 303


@pytest.mark.parametrize(
    ("args", "typed", "sentence"),
    [
        (("add", "x", "--name", "X", "--role", "nurse"), None, "A username has 2 to 40"),
        (("add", "9lives", "--name", "X", "--role", "nurse"), None, "A username has 2 to 40"),
        (("add", "nora", "--name", " ", "--role", "nurse"), None, "A name has between 1 and 80"),
        (("add", "nora", "--name", "N", "--role", "surgeon"), None, "'surgeon' is not one of"),
        (("add", "nora", "--name", "N", "--role", "nurse", "--password-stdin"), "short\n", "between 15 and 200"),
        (("add", "nora", "--name", "N", "--role", "nurse", "--password-stdin"), "", "between 15 and 200"),
        (("disable", "nobody"), None, "There is no account “nobody”"),
        (("reset", "nobody"), None, "There is no account “nobody”"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    handrail: Handrail, args: tuple[str, ...], typed: str | None, sentence: str
) -> None:
    refused = handrail(*args, typed=typed)
    assert refused.exit_code != 0
    assert sentence in refused.output
    assert "Traceback" not in refused.output


def test_nobody_is_added_twice(handrail: Handrail) -> None:
    assert handrail("add", "nora", "--name", "Nora", "--role", "nurse").exit_code == 0
    again = handrail("add", "NORA", "--name", "Another", "--role", "nurse")
    assert again.exit_code != 0
    assert "There is an account “nora” already." in again.output


def test_disable_shuts_out_and_reset_lets_in_with_another_password(web: Flask, handrail: Handrail) -> None:
    handrail("add", "nora", "--name", "Nora", "--role", "nurse", "--password-stdin", typed=PASSWORD + "\n")
    nora = browser(web)
    nora.signs_in("nora")
    assert handrail("disable", "nora").exit_code == 0
    assert nora.get("/desk/nurses").status_code == 303
    assert browser(web).signs_in("nora").status_code == 401
    assert handrail("reset", "nora", "--password-stdin", typed="another long password\n").exit_code == 0
    assert browser(web).signs_in("nora").status_code == 401
    assert browser(web).signs_in("nora", "another long password").status_code == 303
