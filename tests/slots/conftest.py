"""The front desk at its waitlist."""

import pytest

from tests.house import House
from tests.people import Colleague, colleague
from tests.screens.desk import Browser, signed_in


@pytest.fixture
def fran(house: House) -> Browser:
    return signed_in(house, "Fran", "front_desk")


@pytest.fixture
def freda(house: House) -> Colleague:
    """Of the front desk too, by her verbs."""
    return colleague(house, "Freda", "front_desk")
