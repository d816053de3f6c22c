"""Keys and focus in a real browser: no word goes to a patient, or does anything, that was meant for another box."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.models.outbox import Outbound
from escalation_desk.models import DeskDraft, DeskItem
from tests.desk.desk import only_item
from tests.desk.screen import ON_SQLITE, claimed, sits_down
from tests.house import House
from tests.people import Person, appointment, visit
from tests.web.browsing import account

pytestmark = [pytest.mark.slow, ON_SQLITE]
PRIVATE = "udder advised rest, reached her at ten. drinks again"
APART = 1600
"""A pause after which a letter stands alone."""


@pytest.fixture
def booked(house: House, page: Page, ana: Person) -> int:
    """Nora has Ana's item: a yes beside words about her knee. Returns the appointment's id."""
    account(house, "nora", "nurse")
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("yes but my knee is swollen")
    ana.reads("A nurse")
    sits_down(page, house, "nora", "/desk/items/1")
    page.keyboard.press("c")
    expect(page.locator("#close-form")).to_be_visible()
    expect(page.locator("#read-form")).to_have_count(0)
    return booked


@pytest.mark.parametrize("half_written", ["", "Hi Ana, "])
def test_after_a_refused_close_she_writes_into_the_note_and_nothing_goes_out(
    house: House, page: Page, booked: int, half_written: str
) -> None:
    page.fill("#body", half_written)
    page.check("input[value=advised_by_phone]")
    page.click("#close-form button[type=submit]")
    expect(page.locator("#refusal")).to_contain_text("needs a note")
    expect(page.locator("#refusal")).to_be_in_viewport()
    page.keyboard.type(PRIVATE)
    expect(page.locator("#closing-note")).to_have_value(PRIVATE)
    expect(page.locator("#body")).to_have_value(half_written)
    assert house.rows(Outbound, Outbound.text_name == "staff") == []
    assert appointment(booked).confirmed_at is None


@pytest.mark.prove
def test_every_refused_form_puts_the_focus_where_its_refusal_says(page: Page, booked: int) -> None:
    page.click("#close-form button[type=submit]")
    expect(page.locator("#refusal")).to_contain_text("Please choose how")
    expect(page.locator("input[value=nothing_to_do]")).to_be_focused()
    page.click("#reply-form button.main")
    expect(page.locator("#refusal")).to_contain_text("The text is empty")
    expect(page.locator("#body")).to_be_focused()
    page.click("summary:has-text('Write a note')")
    page.click("text=Save the note")
    expect(page.locator("#refusal")).to_contain_text("The note is empty")
    expect(page.locator("#note")).to_be_focused()


@pytest.mark.prove
def test_a_refusal_about_the_item_is_looked_at_itself(house: House, page: Page, ana: Person, booked: int) -> None:
    page.route("**/read", lambda route: route.abort())
    ana.texts("and it is worse")
    expect(page.locator("#read-form")).to_have_count(1)
    page.check("input[value=nothing_to_do]")
    page.click("#close-form button[type=submit]")
    expect(page.locator("#refusal")).to_contain_text("There are words that you have not read")
    expect(page.locator("#refusal")).to_be_focused()


@pytest.mark.prove
def test_a_word_typed_into_no_box_does_nothing(house: House, page: Page, booked: int) -> None:
    page.fill("#body", "")
    page.keyboard.press("Escape")
    for words in (PRIVATE, "dad\n", "10"):
        page.wait_for_timeout(APART)
        page.keyboard.type(words + " ", delay=10)
        assert page.evaluate("document.activeElement.tagName") == "BODY", words
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert page.url.endswith("/desk/items/1?done") or page.url.endswith("/desk/items/1")
    expect(page.locator("#body")).to_have_value("")
    assert appointment(booked).confirmed_at is None
    assert house.rows(DeskDraft) == []


def test_that_typing_went_nowhere_is_seen_and_moves_nothing(page: Page, booked: int) -> None:
    """A dead key and a word after it: whoever sees must not think that it was written down."""
    page.keyboard.press("Escape")
    page.wait_for_timeout(APART)
    page.evaluate("window.scrollTo(0, 0)")
    page.keyboard.type("qb saw on ", delay=10)
    said = page.locator("#spoken.seen")
    expect(said).to_have_text("No box was chosen: what you typed went nowhere.")
    assert (said.bounding_box() or {"height": 0})["height"] > 20
    assert page.evaluate("window.scrollY") == 0, "a space between two such words moves nothing"


@pytest.mark.prove
@pytest.mark.parametrize(("key", "box"), [("r", "#body"), ("n", "#note")])
def test_what_is_typed_right_after_the_key_of_a_box_stands_in_the_box(
    house: House, page: Page, booked: int, key: str, box: str
) -> None:
    for words in ("dux c", "x1"):
        page.keyboard.type(key + words)
        page.keyboard.press("Escape")
    expect(page.locator(box)).to_have_value("dux cx1")
    page.wait_for_timeout(500)
    assert page.url.endswith("/desk/items/1?done") or page.url.endswith("/desk/items/1")
    assert appointment(booked).confirmed_at is None


def test_do_it_asks_and_enter_does_it(house: House, page: Page, ana: Person, booked: int) -> None:
    expect(page.get_by_role("button", name="Do it and text the patient")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator(".asks")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator(".asks")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_timeout(APART)
    assert appointment(booked).confirmed_at is None
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done, as the patient wrote.")).to_be_visible()
    assert appointment(booked).confirmed_at is not None
    house.work()
    ana.reads("confirmed")


@pytest.mark.prove
def test_x_goes_to_the_chosen_way_and_tab_to_the_note(page: Page, booked: int) -> None:
    page.check("input[value=advised_by_phone]")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("x")
    expect(page.locator("input[value=advised_by_phone]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#closing-note")).to_be_focused()


def test_having_read_the_words_is_one_key_and_loses_nothing(page: Page, ana: Person, booked: int) -> None:
    page.set_viewport_size({"width": 500, "height": 300})
    page.check("input[value=advised_by_phone]")
    page.fill("#closing-note", "Reached her at t")
    page.locator("#close-form button").scroll_into_view_if_needed()
    ana.texts("and it is worse")
    expect(page.locator("#read-form")).to_have_count(1)
    page.wait_for_timeout(APART)
    expect(page.locator("#read-form")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("i")
    expect(page.locator("#read-form")).to_have_count(0)
    expect(page.locator("input[value=advised_by_phone]")).to_be_checked()
    expect(page.locator("#closing-note")).to_have_value("Reached her at t")


def test_having_read_the_words_and_the_reply_box_at_once_are_both_done(page: Page, ana: Person, booked: int) -> None:
    """Both keys within a third of a second: a word would be nothing, but this is none."""
    page.set_viewport_size({"width": 500, "height": 300})
    page.locator("#close-form button").scroll_into_view_if_needed()
    ana.texts("and it is worse")
    expect(page.locator("#read-form")).to_have_count(1)
    page.wait_for_timeout(APART)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("irPlease call us", delay=20)
    expect(page.locator("#read-form")).to_have_count(0)
    expect(page.locator("#body")).to_have_value("Please call us")
    expect(page.locator("#body")).to_be_focused()


def test_no_key_is_lost_when_tab_space_or_an_arrow_follows_at_once(house: House, page: Page, booked: int) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("x")
    page.keyboard.press("Tab")
    expect(page.locator("#closing-note")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press(" ")
    expect(page.locator("#close-form input:checked")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#close-form input:checked")).to_have_value("answered_by_text")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(APART)
    page.keyboard.press("u")
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(house.door.url + "/desk/nurses")


def test_h_asks_why_and_hands_over_to_the_front_desk(house: House, page: Page, booked: int) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("hand it to the front desk: why, then Ctrl Enter")
    page.keyboard.press("Escape")
    page.keyboard.type("hShe only asks for the way")
    expect(page.locator("#why")).to_have_value("She only asks for the way")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Look at it, or take it back")).to_be_visible()
    assert [item.list for item in house.rows(DeskItem)] == ["front_desk"]


def test_h_at_the_front_desk_says_that_it_is_clinical(house: House, page: Page, ana: Person) -> None:
    account(house, "fran", "front_desk")
    ana.texts("zxqv blorp")
    ana.reads("We got your message")
    sits_down(page, house, "fran", "/desk/items/1")
    expect(page.get_by_role("button", name="This is clinical h")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("this is clinical: hand it to the nurses")
    page.keyboard.press("Escape")
    page.keyboard.type("help me", delay=60)
    page.wait_for_timeout(APART)
    assert [item.list for item in house.rows(DeskItem)] == ["front_desk"], "a letter of a word is no key"
    page.keyboard.press("h")
    expect(page.get_by_text("Handed over to the other list.")).to_be_visible()
    assert [item.list for item in house.rows(DeskItem)] == ["nurses"]


@pytest.mark.prove
def test_f_opens_the_box_in_which_the_word_lists_are_searched(house: House, page: Page) -> None:
    account(house, "nora", "nurse")
    sits_down(page, house, "nora", "/lists")
    page.keyboard.type("fchest")
    expect(page.locator("#wanted")).to_have_value("chest")


@pytest.mark.prove
def test_going_back_after_a_refusal_sends_no_form_again_and_loses_no_words(page: Page, booked: int) -> None:
    page.fill("#closing-note", "Reached her at ten")
    page.click("#close-form button[type=submit]")
    expect(page.locator("#refusal")).to_be_visible()
    page.reload()
    expect(page.locator("#refusal")).to_have_count(0)
    expect(page.locator("#closing-note")).to_have_value("Reached her at ten")


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
    assert appointment(booked).confirmed_at is not None
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
