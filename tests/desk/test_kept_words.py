"""What is typed in a real browser and not sent: kept whatever becomes of the page, and gone once it is sent (H35)."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app import db
from app.models.staff import Staff
from escalation_desk import handling
from escalation_desk.models import DeskDraft
from tests.desk.desk import HALF, only_item
from tests.desk.screen import ON_SQLITE, claimed
from tests.house import House
from tests.people import Person, colleague
from tests.web.browsing import PASSWORD

pytestmark = [pytest.mark.slow, ON_SQLITE]


def signs_in_again(page: Page) -> None:
    page.fill("#username", "nora")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")


def test_signing_out_keeps_what_was_typed_a_moment_ago(house: House, windows: BrowserContext, case: str) -> None:
    page = windows.new_page()
    claimed(page, house, case)
    page.fill("#body", HALF)
    page.fill("#closing-note", "Reached her at ten")
    page.click("#sign-out button")
    expect(page.locator("#username")).to_be_visible()
    page.goto(house.door.url + case)
    signs_in_again(page)
    expect(page.locator("#body")).to_have_value(HALF)
    expect(page.locator("#closing-note")).to_have_value("Reached her at ten")
    expect(page.get_by_text("Kept from before: it has not been sent.")).to_be_visible()
    page.click("#reply-form button.main")
    expect(page.get_by_text("Your text is on its way.")).to_be_visible()
    expect(page.locator("#body")).to_have_value("")
    expect(page.locator("#closing-note")).to_have_value("Reached her at ten")
    page.wait_for_timeout(1200)
    assert [draft.place for draft in house.rows(DeskDraft)] == ["closing_note"]


@pytest.mark.prove
def test_a_window_that_was_simply_closed_loses_nothing(house: House, windows: BrowserContext, case: str) -> None:
    page = windows.new_page()
    claimed(page, house, case)
    page.fill("#body", HALF)
    page.close(run_before_unload=False)
    again = windows.new_page()
    again.goto(house.door.url + case)
    expect(again.locator("#body")).to_be_visible()
    for _ in range(20):
        if again.locator("#body").input_value():
            break
        again.wait_for_timeout(100)
        again.reload()
    expect(again.locator("#body")).to_have_value(HALF)


def test_a_colleague_closes_the_item_and_the_page_says_so_and_keeps_the_words(
    house: House, windows: BrowserContext, case: str
) -> None:
    page, nils = windows.new_page(), colleague(house, "Nils", "nurse")
    claimed(page, house, case)
    expect(page.locator("#read-form")).to_have_count(0)
    page.fill("#body", HALF)
    page.fill("#closing-note", "Reached her")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    expect(page.get_by_label("Your note for the record, not sent: kept here for you")).to_have_value("Reached her")
    page.keyboard.press("c")
    expect(page.locator("#body")).to_have_value(HALF)
    page.fill("#body", HALF + " up")
    had = house.rows(Staff, Staff.username == "nora")[0].id
    with db.transaction("tests.hands_over") as session:
        handling.release(session, 1, had)
    nils.settles(only_item(house))
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.locator("#reply-form")).to_have_count(0)
    expect(page.get_by_text("Closed by Nils")).to_be_visible()
    expect(page.get_by_label("Your reply, not sent: kept here for you")).to_have_value(HALF + " up")
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("#body")).to_have_value(HALF + " up")


@pytest.mark.prove
def test_after_a_text_was_sent_going_back_shows_an_empty_box(
    house: House, windows: BrowserContext, case: str, ana: Person
) -> None:
    """P5: what was sent stands there as if it had not been, and one key sends it again."""
    page = windows.new_page()
    claimed(page, house, case)
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "POST"):
        page.fill("#body", "Please call us.")  # long enough before, so that it is kept
    page.click("#reply-form button.main")
    expect(page.get_by_text("Your text is on its way.")).to_be_visible()
    page.go_back()
    expect(page.locator("#body")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page.locator("#body")).to_have_value("")
    house.staff_texts_leave()
    ana.reads("Please call us.")


@pytest.mark.prove
def test_a_page_out_of_the_browsers_memory_is_loaded_anew(house: House, windows: BrowserContext, case: str) -> None:
    """A browser may show it as it was, with a text in its box that has been sent. Playwright switches that memory off,
    so that the browser's own notice of it is given here."""
    page = windows.new_page()
    claimed(page, house, case)
    page.evaluate("window.asItWas = true")
    with page.expect_navigation():
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.evaluate("window.asItWas") is None


@pytest.mark.prove
def test_loading_again_right_after_typing_shows_the_newest_words(
    house: House, windows: BrowserContext, case: str
) -> None:
    page = windows.new_page()
    claimed(page, house, case)
    page.fill("#body", HALF)
    page.wait_for_timeout(1200)
    page.fill("#body", HALF + " up")
    page.reload()
    expect(page.locator("#body")).to_have_value(HALF + " up")
