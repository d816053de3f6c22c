"""The second step in a browser: set up from the key on the page, recovery codes once, sound at every width (H71)."""

import re
from typing import Any, cast

import pyotp
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from app import settings
from tests.desk.screen import ON_SQLITE
from tests.desk.test_screens import _sound
from tests.house import House
from tests.web.browsing import PASSWORD, account

pytestmark = pytest.mark.slow


@ON_SQLITE
def test_it_is_set_up_and_shown_in_a_browser(house: House, chromium: Chromium) -> None:
    settings.use(house.settings.model_copy(update={"second_factor": True}))
    for username, scheme, width in (("nora", "light", 1280), ("nell", "dark", 390)):
        account(house, username, "nurse")
        context = chromium.new_context(color_scheme=cast("Any", scheme), viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto(house.door.url)
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
        page.evaluate("document.querySelector('.qr').decode()")  # the picture is drawn, or this raises
        _sound(page)
        key = re.sub(r"\s", "", page.locator("code").inner_text())
        page.fill("#code", "000000")
        page.keyboard.press("Enter")
        expect(page.locator("#problem")).to_be_visible()
        _sound(page)
        page.fill("#code", pyotp.TOTP(key).at(house.clock()))
        page.keyboard.press("Enter")
        expect(page.locator(".codes li")).to_have_count(10)
        _sound(page)
        page.click("text=I have put them away")
        expect(page.locator("#pulse")).to_have_text("Live")
        page.goto(house.door.url + "/account")
        expect(page.get_by_text("10 recovery codes left")).to_be_visible()
        _sound(page)
        context.close()
