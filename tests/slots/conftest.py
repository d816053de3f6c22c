"""The front desk at its waitlist."""

from collections.abc import Iterator

import pytest

from tests.house import House
from tests.people import Colleague, Person, colleague
from tests.screens.desk import Browser, signed_in
from tests.slots import races
from tests.slots.races import Scene


@pytest.fixture
def fran(house: House) -> Browser:
    return signed_in(house, "Fran", "front_desk")


@pytest.fixture
def freda(house: House) -> Colleague:
    """Of the front desk too, by her verbs."""
    return colleague(house, "Freda", "front_desk")


@pytest.fixture
def scene(house: House, ana: Person, rosa: Person, freda: Colleague) -> Iterator[Scene]:
    """Two patients who want one slot; crashes are crashes."""
    with races.crashes_armed():
        yield races.begin(house, freda.id, ana, rosa)
