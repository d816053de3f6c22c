"""A list with more than a hundred items: the rest comes as one scrolls to its end, and stays (issue 6, point 1)."""

import pytest
from playwright.sync_api import BrowserContext, expect

from app import db, queue
from escalation_desk import items
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.web.browsing import account, signed_in

pytestmark = [pytest.mark.slow, ON_SQLITE]
MANY = 230


def _tasks(numbers: range) -> None:
    with db.transaction("tests.tasks") as session:
        for number in numbers:
            items.raise_task(session, f"tests:{number}", "wants_call", None, note=f"Number {number}")


def test_the_rest_comes_on_scrolling_and_outlives_what_happens(house: House, windows: BrowserContext) -> None:
    _tasks(range(MANY))
    account(house, "francis", "front_desk")
    page = windows.new_page()
    sits_down(page, house, "francis", "/desk/front-desk")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(100)
    page.get_by_text("The first 100 of 230.").hover()  # at work among the rows, which do not move
    expect(rows).to_have_count(200)
    expect(page.locator("#hold")).to_be_hidden()
    expect(page.get_by_text("The first 200 of 230.")).to_be_attached()
    above = page.locator("#open-" + str(rows.nth(150).get_attribute("id")).removeprefix("item-"))
    above.focus()
    _tasks(range(MANY, MANY + 1))
    with db.transaction("tests.live") as session:
        queue.announce_later(session, "front_desk")
    expect(page.locator("#count-front_desk")).to_contain_text(str(MANY + 1))
    expect(page.get_by_text(f"of {MANY}.")).to_have_count(0)
    assert rows.count() in (200, MANY + 1)  # a slow machine may have scrolled on by itself
    expect(above).to_be_focused()
    page.keyboard.press("End")
    expect(rows).to_have_count(MANY + 1)
    expect(page.get_by_text("The first")).to_have_count(0)
    expect(page.locator("#spoken")).not_to_contain_text("new item")


def test_how_many_is_asked_in_hundreds(house: House) -> None:
    """Without scripts the same by a link; whatever stands in the address, the answer is a list."""
    _tasks(range(130))
    francis = signed_in(house, "francis", "front_desk")
    for asked, shown in (("200", 130), ("199", 100), ("0", 100), ("-5", 100), ("x", 100), ("9" * 400, 130), ("²", 100)):
        page = francis.page(f"/desk/front-desk?many={asked}")
        assert page.count(" data-row") == shown, asked
    assert "/desk/front-desk?many=200#item-" in francis.page("/desk/front-desk")
