"""Nora at her desk, with and without a browser, and the words that wait for her there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from escalation_desk.models import DeskItem
from tests.desk.desk import address, only_item
from tests.house import House
from tests.people import Person
from tests.web.browsing import Browser, account, signed_in


@pytest.fixture
def nora_(house: House) -> Browser:
    return signed_in(house, "nora", "nurse")


@pytest.fixture
def item(house: House, ana: Person) -> DeskItem:
    """Ana wrote of her knee, and was told that a nurse will read it."""
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse will read your message")
    return only_item(house)


@pytest.fixture
def case(house: House, item: DeskItem) -> str:
    """Where the item is that Nora can sign in to."""
    account(house, "nora", "nurse")
    return address(item)


@pytest.fixture
def windows(chromium: Chromium) -> Iterator[BrowserContext]:
    """One browser; each of its pages is a window."""
    context = chromium.new_context(
        locale="en-US", timezone_id="America/Chicago", viewport={"width": 1280, "height": 900}
    )
    yield context
    context.close()


@pytest.fixture
def page(windows: BrowserContext) -> Page:
    return windows.new_page()
