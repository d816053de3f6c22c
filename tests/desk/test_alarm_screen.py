"""Signed out for idleness, the screen goes on: counts and sound, no name, no number, no word (H18, P11)."""

import pytest
from playwright.sync_api import Page, expect

from app import db
from app.models.conversations import Exchange
from app.web import accounts
from tests.desk.screen import ON_SQLITE, sits_down
from tests.desk.test_screens import _sound
from tests.house import House
from tests.people import Person
from tests.web.browsing import Browser, account, browser, signed_in

pytestmark = pytest.mark.of_pages


def _waits(at_desk: Browser) -> object:
    answer = at_desk.get("/alarm")
    return (
        {each["list"]: (each["waiting"], each["crisis"]) for each in answer.json} if answer.json else answer.status_code
    )


def test_the_screen_goes_on_with_counts_and_nothing_of_anybody(
    house: House, nora_: Browser, ana: Person, rosa: Person
) -> None:
    nora_.csrf()
    assert "watch" not in browser(house.app).page("/sign-in")
    house.passes(minutes=16)
    assert nora_.get("/desk/nurses").headers["Location"] == "/sign-in?next=/desk/nurses"
    assert 'id="watch"' in nora_.page("/sign-in?next=/desk/nurses")
    assert _waits(nora_) == {"nurses": (0, 0), "front_desk": (0, 0)}
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    rosa.texts("me quiero morir")
    rosa.reads("988")
    assert _waits(nora_) == {"nurses": (2, 1), "front_desk": (0, 0)}
    told = nora_.get("/alarm").text + nora_.page("/sign-in")
    assert not [word for word in ("knee", "morir", "Ana", "Rosa", "555", "López") if word in told]
    for path in ("/desk/nurses/rows", "/here", "/live", "/standstill"):
        assert nora_.get(path).status_code in (303, 401), path
    assert nora_.client.post("/still-here").status_code in (401, 403)


def test_it_ends_with_the_sign_out_the_account_and_the_day(house: House) -> None:
    nora, fran, ada = (signed_in(house, *who) for who in (("nora", "nurse"), ("fran", "front_desk"), ("ada", "admin")))
    assert browser(house.app).get("/alarm").status_code == 401
    assert _waits(fran) == {"front_desk": (0, 0)}
    assert ada.get("/alarm").json == []
    assert nora.posts("/sign-out").status_code == 303
    assert _waits(nora) == 401
    with db.transaction("tests.shut") as session:
        accounts.disable(session, "fran")
    assert _waits(fran) == 401
    house.clock.passes(hours=25)
    assert ada.get("/alarm").status_code == 401


@pytest.mark.slow
@ON_SQLITE
def test_in_a_browser_it_counts_and_rings_and_leads_back(house: House, page: Page, ana: Person) -> None:
    account(house, "nora", "nurse")
    sits_down(page, house, "nora", "/desk/nurses")
    house.clock.passes(minutes=16)
    page.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")
    page.wait_for_url("**/sign-in?next=/desk/nurses")
    expect(page.locator("#watch li").first).to_have_text("Nurses: 0 waiting")
    page.click("#watch button")
    expect(page.locator("#watch")).to_have_attribute("data-armed", "yes")
    ana.texts("I want to kill myself")
    ana.reads("988")
    expect(page.locator("#watch li").first).to_contain_text("1 with crisis or emergency words")
    expect(page.locator("#watch [role=alert]")).to_have_text("Crisis or emergency words wait.")
    expect(page).to_have_title("(1!) Signed out · Handrail")
    _sound(page)
    page.fill("#username", "nora")
    page.fill("#password", "a long enough password")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)


@pytest.mark.slow
@ON_SQLITE
def test_an_open_page_rings_too_and_says_when_it_may_not(house: House, page: Page, ana: Person) -> None:
    """On any page of hers: for what is new, and again for crisis words on an item that somebody has (H17, H24)."""
    account(house, "nora", "nurse")
    nils = signed_in(house, "nils", "nurse")
    sits_down(page, house, "nora", "/patients")
    bell = page.locator("#bell")
    expect(bell).to_have_text("▲ Sound is not armed: press to let this screen ring")
    bell.click()
    expect(bell).to_have_text("♪ This screen rings. Try it")
    page.evaluate(HEARD)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    expect(page.locator("body")).to_have_attribute("data-heard", " 660 660")
    nils.posts("/desk/items/1/claim")
    for _ in range(2):
        page.evaluate("document.body.dataset.heard = ''")
        ana.texts("I want to kill myself")
        ana.reads("988")
        expect(page.locator("body")).to_have_attribute("data-heard", 4 * " 988")
        expect(page.locator("#alarm")).to_have_text("Crisis or emergency words that nobody has looked at.")
        newest = house.rows(Exchange)[-1].id
        nils.posts("/desk/items/1/claim")
        nils.posts("/desk/items/1/read", newest=newest)
        expect(page.locator("#count-nurses")).to_have_attribute("data-rings", "0")


HEARD = """() => {
  document.body.dataset.heard = "";
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    document.body.dataset.heard += " " + this.frequency.value;
    return start.call(this, at);
  };
}"""
"""Writes down each tone that begins."""
