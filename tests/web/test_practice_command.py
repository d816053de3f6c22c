"""`handrail practice describe|location|provider`."""

from collections.abc import Callable
from datetime import time

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app import db
from app.cli import practice as command
from app.models.practice import Location, Practice, Provider

Handrail = Callable[..., Result]


@pytest.fixture
def handrail(web: Flask) -> Handrail:
    return lambda *args: CliRunner().invoke(command.practice, args)


def test_a_practice_is_described_once_and_changed_afterwards(handrail: Handrail) -> None:
    handrail("describe", "Lakeside", "--time-zone", "America/Chicago")
    handrail("location", "Main  Street")
    handrail("provider", "Dr. Helen Okafor")
    changed = handrail("describe", "Lakeside Clinic", "--time-zone", "America/Denver", "--texts-until", "19:30")
    assert changed.exit_code == 0, changed.output
    with db.reading("tests.practice") as session:
        practice = session.scalars(select(Practice)).one()
        assert (practice.name, practice.time_zone) == ("Lakeside Clinic", "America/Denver")
        assert (practice.quiet_until, practice.quiet_from) == (time(8), time(19, 30))
        place = session.scalars(select(Location)).one()
        assert (place.name, place.time_zone) == ("Main Street", "America/Chicago")
        assert session.scalars(select(Provider.name)).one() == "Dr. Helen Okafor"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("describe", "Lakeside", "--time-zone", "Chicago"), "is no time zone"),
        (("describe", " ", "--time-zone", "America/Chicago"), "between 1 and 60 characters"),
        (("describe", "L", "--time-zone", "UTC", "--texts-from", "21:00", "--texts-until", "08:00"), "before it ends"),
        (("location", "Main Street"), "describe it first"),
        (("provider", "x" * 81), "between 1 and 80 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(handrail: Handrail, args: tuple[str, ...], sentence: str) -> None:
    refused = handrail(*args)
    assert refused.exit_code == 1
    assert sentence in refused.output
