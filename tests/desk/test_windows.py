"""The desk in a real browser: nothing typed is lost, and no window stays open to whoever comes next (H35)."""

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from app import db
from app.models.appointments import Appointment
from app.models.staff import Staff
from app.web import accounts
from escalation_desk import handling
from escalation_desk.models import DeskDraft, DeskItem
from tests.desk.desk import HALF, address, only_item
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.people import Person, colleague, visit
from tests.web.browsing import PASSWORD, account

pytestmark = [pytest.mark.slow, ON_SQLITE]


@pytest.fixture
def case(house: House, item: DeskItem) -> str:
    """Where the item is that Nora can sign in to."""
    account(house, "nora", "nurse")
    return address(item)


def claimed(page: Page, house: House, case: str) -> None:
    sits_down(page, house, "nora", case)
    page.keyboard.press("c")
    expect(page.locator("#body")).to_be_visible()


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
    page.click("#reply-form button")
    expect(page.get_by_text("Your text is on its way.")).to_be_visible()
    expect(page.locator("#body")).to_have_value("")
    expect(page.locator("#closing-note")).to_have_value("Reached her at ten")
    page.wait_for_timeout(1200)
    assert [draft.place for draft in house.rows(DeskDraft)] == ["closing_note"]


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


def test_words_that_were_seen_are_told_as_read_although_the_first_telling_was_lost(
    house: House, windows: BrowserContext, case: str
) -> None:
    page = windows.new_page()
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort()

    page.route("**/read", lose, times=1)
    claimed(page, house, case)
    page.wait_for_timeout(1500)
    expect(page.locator("#read-form")).to_have_count(1)
    assert len(lost) == 1
    page.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")
    expect(page.locator("#read-form")).to_have_count(0)


def test_what_was_seen_is_told_once_however_slow_the_answer_is(
    house: House, windows: BrowserContext, case: str
) -> None:
    page, told = windows.new_page(), list[Route]()

    def waits(route: Route) -> None:
        told.append(route)

    page.route("**/read", waits)
    claimed(page, house, case)
    page.wait_for_timeout(1500)
    assert len(told) == 1
    with page.expect_response("**/now?*"):
        page.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")
    page.wait_for_timeout(200)
    told[0].continue_()
    expect(page.locator("#read-form")).to_have_count(0)
    page.wait_for_timeout(200)
    assert len(told) == 1


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
    house.work()
    ana.reads("Please call us.")


def test_a_page_out_of_the_browsers_memory_is_loaded_anew(house: House, windows: BrowserContext, case: str) -> None:
    """A browser may show it as it was, with a text in its box that has been sent. Playwright switches that memory off,
    so that the browser's own notice of it is given here."""
    page = windows.new_page()
    claimed(page, house, case)
    page.evaluate("window.asItWas = true")
    with page.expect_navigation():
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.evaluate("window.asItWas") is None


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


def test_the_stream_itself_says_that_the_sign_in_is_over(house: House, chromium: Chromium, case: str) -> None:
    """Ended elsewhere, by a colleague who shuts the account: no other window of this browser could tell."""
    context = chromium.new_context()
    page = context.new_page()
    sits_down(page, house, "nora", case)
    with db.transaction("tests.shut") as session:
        accounts.disable(session, "nora")
    expect(page.locator("#username")).to_be_visible()
    context.close()


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


def test_the_keyboard_closes_notes_and_chooses_between_two(house: House, windows: BrowserContext, ana: Person) -> None:
    account(house, "nora", "nurse")
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2 and my knee is swollen")
    ana.reads("A nurse")
    ana.texts("1 and it hurts")
    page = windows.new_page()
    claimed(page, house, "/desk/items/1")
    expect(page.locator("#read-form")).to_have_count(0)
    page.keyboard.press("d")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done, as the patient wrote.")).to_be_visible()
    assert house.rows(Appointment, Appointment.id == booked)[0].confirmed_at is not None
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("Called, no answer")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your note stands in the record.")).to_be_visible()
    page.check("input[value=advised_by_phone]")
    page.fill("#closing-note", "Reached her at ten")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_contain_text("Closed.")
    assert only_item(house).disposition == "advised_by_phone"
    house.work()
    ana.reads("confirmed")


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
