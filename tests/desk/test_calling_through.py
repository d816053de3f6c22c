"""A nurse calls the patient of her item: one key on the page, and the page shows what goes on while it goes on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app import db
from app.models.staff import Staff
from escalation_desk import rota
from escalation_desk.models import DeskItem
from tests.desk.desk import address
from tests.desk.screen import ON_SQLITE, claimed
from tests.house import House
from tests.oncall.shift import NORAS
from tests.people import Person, phone
from tests.web.browsing import signed_in


@ON_SQLITE
def test_by_keyboard_the_page_follows_the_call_and_asks_how_it_went(
    house: House, page: Page, case: str, ana: Person
) -> None:
    noras = phone(house, NORAS)
    noras.handset.texts("hello")
    claimed(page, house, case)
    calling = page.locator("#now-calling")
    expect(calling).to_contain_text("have a manager enter your telephone")
    nora = house.rows(Staff)[0].id
    with db.transaction("tests.phone") as session:
        rota.set_phone(session, nora, NORAS, None)
    page.reload()
    expect(page.locator("#pulse")).to_have_text("Live")
    expect(calling).to_contain_text("The patient sees the practice’s number, not yours.")
    page.keyboard.press("p")
    expect(calling).to_contain_text("Your telephone rings in a moment.")
    expect(calling.locator("button")).to_have_count(0)
    house.tick()
    noras.answers()
    noras.presses("1")
    expect(calling).to_contain_text("The patient’s telephone rings.")
    ana.answers()
    expect(calling).to_contain_text("Somebody, or a voicemail, took the call")
    house.passes(seconds=42)
    ana.hangs_up()
    expect(calling).to_contain_text("How did it go?")
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("[...document.fonts].map(font => font.family + ' ' + font.status)") == ["Shapes loaded"]
    page.check("input[value=advised_by_phone]")
    page.fill("#closing-note", "Ana is to rest the knee")
    page.click("#close-form button[type=submit]")
    expect(page.locator("#refusal")).to_contain_text("say first how your call went")
    expect(calling.get_by_role("button", name="Spoke with the patient")).to_be_focused()
    expect(page.locator("#closing-note")).to_have_value("Ana is to rest the knee")
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_have_text("✓ Noted how the call went.")
    expect(calling.get_by_role("button", name="Spoke with the patient")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".told, .timeline").first).to_contain_text("said how the call went: spoke with the patient")


@pytest.mark.of_pages
def test_a_page_from_before_the_claim_is_sent_no_part_that_it_lacks(house: House, item: DeskItem) -> None:
    """Asked at the moment of the claim, it answered with the box for calls, which only the claimed page holds."""
    nora = signed_in(house, "nora", "nurse")
    assert nora.posts(address(item, "claim")).status_code == 303
    parts = {mode: nora.page(f"{address(item, 'now')}?mode={mode}") for mode in ("free", "answer")}
    assert {mode: 'id="now-calling"' in words for mode, words in parts.items()} == {"free": False, "answer": True}
