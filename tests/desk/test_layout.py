"""The desk in a real browser: what a page holds stands where it can be seen, wide and narrow."""

import pytest
from playwright.sync_api import Page, expect

from escalation_desk.models import DeskItem
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.people import Person, colleague
from tests.web.browsing import account

pytestmark = [pytest.mark.slow, ON_SQLITE]


def test_nothing_in_a_row_is_printed_over_another(house: House, page: Page, item: DeskItem) -> None:
    house.clock.passes(days=2, hours=3)
    colleague(house, "Wilhelmina Featherstonehaugh", "nurse").claims(item)
    account(house, "nora", "nurse")
    sits_down(page, house, "nora", "/desk/nurses")
    expect(page.locator(".old")).to_contain_text("2 daysMon Nov 23, 10:00 AM")
    for width in (1280, 1024, 800, 390):
        page.set_viewport_size({"width": width, "height": 900})
        inside = page.evaluate("""() => {
            const over = [];
            for (const row of document.querySelectorAll(".row")) {
                const parts = [".old", ".from", ".has"].map((name) => {
                    const range = document.createRange();
                    range.selectNodeContents(row.querySelector(name));
                    return [name, range.getBoundingClientRect()];
                });
                for (const [a, first] of parts) { for (const [b, second] of parts) {
                    if (a < b && first.left < second.right && second.left < first.right
                        && first.top < second.bottom && second.top < first.bottom) { over.push(a + " over " + b); }
                } }
            }
            return over;
        }""")
        assert inside == [], width


def test_the_menu_is_one_line_on_a_telephone_and_cards_stand_in_line(
    house: House, page: Page, item: DeskItem, ana: Person, rosa: Person
) -> None:
    rosa.texts("me quiero morir")
    rosa.handset.reads()
    account(house, "nora", "nurse")
    sits_down(page, house, "nora")
    page.goto(house.door.url + f"/patients/{ana.patient_id}")
    tops = page.evaluate("[...document.querySelectorAll('.columns > section')].map((one) => one.offsetTop)")
    assert len(tops) > 3
    assert len(set(tops[:3])) == 1, "as many as there is room for"
    page.goto(house.door.url + "/desk/nurses")
    expect(page.locator("#count-nurses")).to_have_text("2 waiting▲ 1, 1 with crisis or emergency words")
    page.set_viewport_size({"width": 390, "height": 844})
    for where, least in (("/desk/nurses", 2), ("/waitlist", 3)):
        page.goto(house.door.url + where)
        boxes = page.evaluate(
            "[...document.querySelectorAll('.menu a')].map((one) => one.getBoundingClientRect().toJSON())"
        )
        assert len(boxes) == 6
        assert len({box["top"] for box in boxes}) == 1, "in one line"
        seen = [box for box in boxes if box["left"] >= 0 and box["right"] <= 390]
        assert boxes[0] in seen
        assert boxes[1] in seen
        assert len(seen) >= least
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.locator(".menu a[aria-current]")).to_be_in_viewport(ratio=1)
