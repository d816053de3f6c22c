"""Members of staff at their screens."""

import pytest

from tests.house import House
from tests.screens.desk import Browser, signed_in


@pytest.fixture
def front_desk(house: House) -> Browser:
    return signed_in(house, "Fran", "front_desk")


@pytest.fixture
def nurse(house: House) -> Browser:
    return signed_in(house, "Nora", "nurse")


@pytest.fixture
def manager(house: House) -> Browser:
    return signed_in(house, "Mia", "manager")


@pytest.fixture
def auditor(house: House) -> Browser:
    return signed_in(house, "Otto", "auditor")
