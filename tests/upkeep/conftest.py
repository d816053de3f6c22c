"""A practice that rings somebody outside."""

from collections.abc import Iterator

import pytest

from tests.alarm.pager import Pager
from tests.house import House


@pytest.fixture
def pager(house: House) -> Iterator[Pager]:
    """Who is rung, and whom this house rings."""
    outside = Pager()
    outside.start()
    outside.belongs_to(house)
    yield outside
    outside.stop()
