"""A page behind others, or minimised: it keeps the desk staffed only while it can be heard (H17)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from app.web import live
from tests.desk.screen import ON_SQLITE
from tests.desk.test_alarm_screen import HEARD
from tests.house import House
from tests.oncall.test_asleep import _asleep, screen
from tests.people import Person
from tests.screens.desk import Browser
from tests.servers.window import Window

__all__ = ["screen"]

ANSWERED = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/here')).length"


@pytest.fixture
def window(chromium: Chromium) -> Iterator[Window]:
    opened = Window(chromium)
    yield opened
    opened.closes()


@pytest.mark.slow
@ON_SQLITE
def test_a_hidden_page_counts_as_awake_only_while_it_may_ring(
    house: House, screen: Browser, window: Window, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line goes on beating and it goes on answering: that alone says nothing of anybody who could notice."""
    monkeypatch.setattr(live, "HEART_BEAT", 0.2)
    cookie = screen.client.get_cookie("handrail")
    assert cookie is not None
    window.opens(f"{house.door.url}/desk/nurses", handrail=cookie.value)
    window.becomes("document.getElementById('pulse')?.dataset.state === 'live'")
    window.hides()
    assert window.runs("document.body.dataset.armed") == "no"
    _beats_after_a_minute(house, window)
    assert _asleep(house), "nobody sees it, and it makes no sound"
    window.shows()
    _beats(window)
    assert not _asleep(house)
    window.runs("document.getElementById('bell').click()", pressed=True)
    window.becomes("document.body.dataset.armed === 'yes'")
    window.hides()
    _beats_after_a_minute(house, window)
    assert not _asleep(house), "it rings"
    window.runs(f"({HEARD})()")
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    window.becomes("document.hidden && document.body.dataset.heard === ' 660 660'")


def _beats_after_a_minute(house: House, window: Window) -> None:
    _beats(window)  # what was asked before it was hidden has come in
    house.clock.passes(seconds=61)
    _beats(window)


def _beats(window: Window) -> None:
    window.becomes(f"{ANSWERED} >= {window.runs(ANSWERED) + 3}")
