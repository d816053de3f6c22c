"""The pages on how texts are read, in a real browser: by keys alone, on a telephone, and for whoever hears them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.models.reviews import Proposal, Sampled
from escalation_desk import sampling
from tests.desk.conftest import page, windows
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.lists.test_sampling import texts
from tests.people import Person
from tests.web.browsing import account

__all__ = ["page", "windows"]
pytestmark = pytest.mark.slow


@pytest.mark.prove
@ON_SQLITE
def test_the_sample_by_one_key_a_text_and_a_proposal_on_a_telephone(house: House, page: Page, ana: Person) -> None:
    texts(house, ana, "thanks", "ok thank you", "please cancel my appointment")
    house.becomes(house.on(1, 9))
    sampling.draw_due()
    account(house, "nora", "nurse")
    sits_down(page, house, "nora", "/desk/nurses")
    page.get_by_role("link", name="Daily sample: 3 to look at").click()
    _presses(page, "r")
    expect(page.get_by_text("Noted as right.")).to_be_visible()
    _presses(page, "s")
    expect(page.get_by_text("The nurses have these words now")).to_be_visible()
    assert [each.verdict for each in house.rows(Sampled)] == ["right", "missed", None]
    _is_well_made(page, house, "/lists/sample")
    _is_well_made(page, house, "/lists/proposals")
    page.fill("[name=entry]", "as before")
    page.get_by_role("button", name="For the lists", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Please choose what kind of words they are.")).to_be_visible()
    expect(page.locator("[name=entry]")).to_have_value("as before")
    page.select_option("[name=kind]", "symptom")
    page.get_by_role("button", name="For the lists", exact=True).click()
    expect(page.get_by_text("Noted for the word lists.")).to_be_visible()
    assert [each.state for each in house.rows(Proposal)] == ["taken"]
    _is_well_made(page, house, "/lists")
    page.fill("#wanted", "my chest hurts")
    page.keyboard.press("Enter")
    expect(page.locator(".sign.grave")).to_contain_text("reaches a nurse")
    assert "chest" not in page.url


def _presses(page: Page, key: str) -> None:
    """On a page that has come to life."""
    expect(page).to_have_url(re.compile("/lists/sample"))
    expect(page.locator("#pulse")).to_have_text("Live")
    page.keyboard.press(key)


def _is_well_made(page: Page, house: House, path: str) -> None:
    """Axe finds nothing, and nothing spills over, wide and narrow."""
    page.goto(house.door.url + path)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, width, found.generate_report())
