"""Who else has an item open, told live and forgotten soon; lost with Redis without loss (issue 6, point 3)."""

import pytest
from playwright.sync_api import BrowserContext, expect

from app import queue
from escalation_desk.models import DeskItem
from tests.desk.desk import address
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.web.browsing import account, signed_in

pytestmark = pytest.mark.slow
ALSO = "Also looking: Nils"


@ON_SQLITE
def test_an_open_item_says_live_who_else_looks_at_it(
    house: House, windows: BrowserContext, item: DeskItem, case: str
) -> None:
    page = windows.new_page()
    sits_down(page, house, "nora", case)
    expect(page.locator("#now-head")).not_to_contain_text("Also looking")
    signed_in(house, "nils", "nurse").page(address(item))
    expect(page.locator("#now-head")).to_contain_text(ALSO, timeout=5000)


def test_who_has_not_asked_for_long_looks_no_more_and_without_redis_nobody_is_told(
    house: House, item: DeskItem
) -> None:
    account(house, "nora", "nurse")
    nils, nell = signed_in(house, "nils", "nurse"), signed_in(house, "nell", "nurse")
    nils.page(address(item))
    assert "Also looking" not in nils.page(address(item)), "not oneself"
    assert ALSO in nell.page(address(item))
    house.clock.passes(seconds=30)
    nils.page(address(item, "now"))
    house.clock.passes(seconds=40)
    assert ALSO in nell.page(address(item, "now")), "his page asks again and again"
    house.clock.passes(seconds=1)
    assert "Also looking" not in nell.page(address(item, "now"))
    nils.page(address(item))
    queue.start("redis://127.0.0.1:1")
    assert "Also looking" not in nell.page(address(item))
    queue.start(house.settings.redis_url)
    assert ALSO in nell.page(address(item))
