"""Words that stood on a real screen count as read: told once, and told again when that was lost."""

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from escalation_desk.models import DeskItemWords
from tests.desk.screen import ON_SQLITE, claimed
from tests.house import House
from tests.people import Person

pytestmark = [pytest.mark.slow, ON_SQLITE]


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


def test_words_that_come_before_an_empty_chair_are_not_read(
    house: House, ana: Person, windows: BrowserContext, case: str
) -> None:
    """DESIGN 5: the page was open and somebody had just touched it; only who does something since has read them."""
    page = windows.new_page()
    claimed(page, house, case)
    expect(page.locator("#read-form")).to_have_count(0)
    page.mouse.move(300, 300)
    ana.texts("I can't breathe")
    ana.reads("911")
    expect(page.locator(".message")).to_have_count(2)
    page.wait_for_timeout(1500)
    assert [words.read_at is None for words in house.rows_of(DeskItemWords)] == [False, True]
    page.mouse.move(320, 320)
    page.wait_for_timeout(500)
    expect(page.locator("#read-form")).to_have_count(1)
    expect(page.locator("#read-form")).to_have_count(0)
    assert all(words.read_at for words in house.rows_of(DeskItemWords))
    with page.expect_navigation():
        ana.texts("hello?")
        page.evaluate("document.body.dispatchEvent(new Event('another-page'))")  # as when a colleague gave it to her
    expect(page.locator(".message")).to_have_count(3)
    page.wait_for_timeout(1500)
    expect(page.locator("#read-form")).to_have_count(1)
    page.keyboard.press("Shift")
    expect(page.locator("#read-form")).to_have_count(0)


@pytest.mark.prove
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
