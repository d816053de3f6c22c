"""The waitlist in a real browser: what is proposed is offered with one key, and every page of it can be used by all."""

from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from app.models.offers import Offer
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser
from tests.slots import times
from tests.web.browsing import account

pytestmark = pytest.mark.slow


@ON_SQLITE
def test_what_is_proposed_is_offered_with_one_key(
    house: House, chromium: Chromium, ana: Person, rosa: Person, fran: Browser
) -> None:
    """H45: Enter does it; axe finds nothing, and nothing spills over."""
    account(house, "mia", "manager")
    for days in (8, 9, 10):
        times.put_up(house, fran, days)
    times.waits(ana, visit(house, ana, days=9))
    times.waits(rosa)
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = chromium.new_context(color_scheme=cast("Any", scheme), viewport={"width": width, "height": 900})
        page = context.new_page()
        sits_down(page, house, "mia", "/waitlist/how")
        if not house.rows(Offer):
            page.get_by_role("link", name="Choose for Routine").click()
            page.select_option("#mode", "suggest")
            page.fill("#at_once", "2")
            page.get_by_role("button", name="Put in force").click()
            expect(page.get_by_text("Up to 2 times in one text")).to_be_visible()
        for path in ("/waitlist/how", "/waitlist/how/routine", "/waitlist"):
            page.goto(house.door.url + path)
            found = Axe().run(page).response["violations"]
            assert [each["id"] for each in found] == [], (path, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.keyboard.press("p")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.get_by_text("The times are held, and the patient is asked by text.")).to_be_visible()
        context.close()
    assert [row.patient_id for row in house.rows(Offer)] == [ana.patient_id, rosa.patient_id]
