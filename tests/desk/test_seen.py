"""Words that stood on a real screen count as read: told once, and told again when that was lost."""

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.desk.screen import ON_SQLITE, claimed
from tests.house import House

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
