"""A pager outside, for those who must hear of it: see tests.alarm.pager."""

from collections.abc import Iterator

import pytest

from tests.alarm.pager import Pager


@pytest.fixture
def pager() -> Iterator[Pager]:
    pager = Pager()
    pager.start()
    yield pager
    pager.stop()
