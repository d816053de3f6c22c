"""The desk in a real browser, as its tests use it."""

import pytest
from playwright.sync_api import Page, expect

from tests.house import House
from tests.web.browsing import PASSWORD

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what a browser does, which no database takes part in."""


def sits_down(page: Page, house: House, username: str, path: str = "/") -> None:
    page.goto(house.door.url + path)
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#pulse")).to_have_text("Live")
