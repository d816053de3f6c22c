"""The desk in a real browser: nothing typed is lost, and no window stays open to whoever comes next (H35)."""

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Dialog, expect

from app import db
from app.web import accounts
from tests.desk.desk import HALF
from tests.desk.screen import ON_SQLITE, claimed, sits_down
from tests.house import House
from tests.people import Person
from tests.web.browsing import PASSWORD, account

pytestmark = [pytest.mark.slow, ON_SQLITE]


def test_another_window_of_hers_knows_that_the_item_is_hers(house: House, windows: BrowserContext, case: str) -> None:
    page, other = windows.new_page(), windows.new_page()
    sits_down(page, house, "nora", case)
    other.goto(house.door.url + case)
    expect(other.locator("#pulse")).to_have_text("Live")
    page.keyboard.press("c")
    expect(page.locator("#body")).to_be_visible()
    expect(other.locator("#body")).to_be_visible()
    expect(other.locator("main")).not_to_contain_text("Claim it")
    expect(other.locator("main")).not_to_contain_text("Texts reach this number again")


def test_a_text_that_went_out_from_one_window_stands_in_no_other(
    house: House, windows: BrowserContext, case: str, ana: Person
) -> None:
    page, other = windows.new_page(), windows.new_page()
    claimed(page, house, case)
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "POST"):
        page.fill("#body", HALF)
    other.goto(house.door.url + case)
    expect(other.locator("#body")).to_have_value(HALF)
    expect(other.locator("#pulse")).to_have_text("Live")
    page.click("#reply-form button.main")
    expect(page.get_by_text("Your text is on its way.")).to_be_visible()
    expect(other.locator("#body")).to_have_value("")
    expect(other.get_by_text("Kept from before")).to_have_count(0)
    house.staff_texts_leave()
    ana.reads(HALF)


def test_signing_out_in_one_window_leaves_the_others(
    house: House, windows: BrowserContext, case: str, ana: Person
) -> None:
    first, second, third = (windows.new_page() for _ in range(3))
    sits_down(first, house, "nora", case)
    for page, path in ((second, "/desk/nurses"), (third, f"/patients/{ana.patient_id}")):
        page.goto(house.door.url + path)
        expect(page.get_by_text("Ana López").first).to_be_visible()
    expect(second.locator("#pulse")).to_have_text("Live")
    first.click("#sign-out button")
    for page in (first, second, third):
        expect(page.locator("#username")).to_be_visible()
        assert "Ana López" not in page.content()
    assert third.url.endswith(f"/sign-in?next=/patients/{ana.patient_id}")


@pytest.mark.prove
def test_the_stream_itself_says_that_the_sign_in_is_over(house: House, chromium: Chromium, case: str) -> None:
    """Ended elsewhere, by a colleague who shuts the account: no other window of this browser could tell."""
    context = chromium.new_context()
    page = context.new_page()
    sits_down(page, house, "nora", case)
    with db.transaction("tests.shut") as session:
        accounts.disable(session, "nora")
    expect(page.locator("#username")).to_be_visible()
    context.close()


@pytest.mark.prove
def test_a_half_filled_form_is_not_left_by_signing_out_unasked(
    house: House, windows: BrowserContext, ana: Person
) -> None:
    account(house, "fran", "front_desk")
    page = windows.new_page()
    page.goto(house.door.url + "/patients/new")
    page.fill("#username", "fran")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("#name", "Grace Kim")
    asked: list[str] = []

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stays)
    page.click("#sign-out button")
    assert asked == ["What you typed here is not saved. Sign out all the same?"]
    expect(page.locator("#name")).to_have_value("Grace Kim")
    house.clock.passes(minutes=16)
    page.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")
    expect(page.get_by_label("Name")).to_have_value("Grace Kim")
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()


@pytest.mark.prove
def test_an_open_page_says_when_the_number_can_be_texted_again(
    house: House, windows: BrowserContext, ana: Person
) -> None:
    account(house, "nora", "nurse")
    ana.texts("STOP")
    ana.texts("my knee is swollen since yesterday")
    ana.handset.reads()
    page = windows.new_page()
    sits_down(page, house, "nora", "/desk/items/1")
    page.keyboard.press("c")
    expect(page.locator("#close-form")).to_be_visible()
    expect(page.locator("#now-texting")).to_contain_text("This number cannot be texted. Please call (202) 555-0101.")
    with page.expect_response("**/now?*"):  # it asks once what happened while it was made; from then on it is told
        page.reload()
    ana.texts("START")
    ana.handset.reads()
    expect(page.locator("#body")).to_be_visible()
    expect(page.locator("#now-texting")).to_contain_text("To (202) 555-0101.")
    ana.texts("STOP")
    ana.handset.reads()
    expect(page.locator("#now-texting")).to_contain_text("This number cannot be texted.")


def test_what_she_just_did_is_said_though_its_news_was_here_first(
    house: House, windows: BrowserContext, case: str
) -> None:
    """The line tells every open page that the item is closed; hers is on its way to the answer already."""
    page = windows.new_page()
    claimed(page, house, case)
    expect(page.locator("#pulse")).to_have_text("Live")
    expect(page.locator("#read-form")).to_have_count(0)
    house.door.answers_late("/close", seconds=1.5)
    page.check("input[value=advised_by_phone]")
    page.fill("#closing-note", "Reached her at ten")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_contain_text("Closed.")
