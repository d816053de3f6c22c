"""An open page whose line to the server breaks, or falls silent: it says so, and misses nothing (H17, H18)."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.people import Person
from tests.servers.line import Line
from tests.web.browsing import account

pytestmark = [pytest.mark.slow, ON_SQLITE]
SILENT = "Not live: looking every 5 seconds"


@pytest.fixture
def line(house: House) -> Iterator[Line]:
    """Between the browser and the desk."""
    between = Line("127.0.0.1", urlsplit(house.door.url).port or 0)
    yield between
    between.close()


@pytest.fixture
def page(house: House, line: Line, page: Page) -> Page:
    """Nora's, at her list, by way of the line; its time goes by as the test says."""
    account(house, "nora", "nurse")
    page.clock.install()
    sits_down(page, house, "nora")
    page.goto(line.instead_of(house.door.url) + "/desk/nurses")
    expect(page.locator("#pulse")).to_have_text("Live")
    return page


def _writes(ana: Person) -> None:
    ana.texts("my knee is swollen")
    ana.reads("A nurse will read")


def test_a_line_that_is_cut_is_found_again_and_the_page_catches_up(line: Line, page: Page, ana: Person) -> None:
    line.down.set()
    line.cut()
    expect(page.locator("#pulse")).not_to_have_text("Live")
    _writes(ana)
    page.clock.run_for(6_000)
    expect(page.locator("#pulse")).to_have_text("No connection: this page may be out of date")
    line.heal()
    expect(page.locator("#pulse")).to_have_text("Live", timeout=20_000)
    expect(page.get_by_text("my knee is swollen")).to_be_visible()


def test_a_line_on_which_nothing_comes_any_more_is_not_called_live(line: Line, page: Page, ana: Person) -> None:
    """Nobody hangs up, as behind a router that forgot the connection: only the missing beats tell."""
    page.clock.run_for(30_000)
    expect(page.locator("#pulse")).to_have_text("Live")
    line.forget()
    _writes(ana)
    page.clock.run_for(41_000)
    expect(page.locator("#pulse")).to_have_text(SILENT)
    ana.texts("and it is red")
    ana.nothing_more()
    page.clock.run_for(6_000)
    expect(page.get_by_text("and it is red")).to_be_visible()


def test_a_page_that_is_heard_again_says_so(line: Line, page: Page) -> None:
    """On no line at all, old or new, does anything come; then on all of them."""
    line.silent.set()
    page.clock.run_for(45_000)
    expect(page.locator("#pulse")).not_to_have_text("Live")
    line.heal()
    expect(page.locator("#pulse")).to_have_text("Live", timeout=20_000)
    expect(page.locator("#spoken")).to_have_text("Connected again. The page is up to date.")
