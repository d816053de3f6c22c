"""The desk in a real browser: a case by keyboard alone, live, accessible, in light and dark, wide and narrow."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, expect
from sqlalchemy import delete

from app import db
from app.models.cover import OpenHours
from dialogs.engine.segments import cost
from escalation_desk import handling
from escalation_desk.models import DeskItem, DeskItemWords
from tests.desk.desk import only_item
from tests.desk.screen import ON_SQLITE, signs_in, sits_down
from tests.house import House
from tests.people import Person, visit
from tests.web.browsing import account

pytestmark = pytest.mark.slow
BROKEN_LINE = "[object Event]"


@ON_SQLITE
def test_a_whole_case_by_keyboard_alone_and_live(house: House, page: Page, ana: Person) -> None:
    account(house, "nora", "nurse")
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    signs_in(page, house, "nora")
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    ana.texts("yes but my knee is swollen")
    ana.reads("A nurse will read your message")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_title("(1) Nurses · Handrail")
    expect(page.locator("#spoken")).to_have_text("1 new item.")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key=c]")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_text("Yours for 30 min").or_(page.get_by_text("Yours for 29 min"))).to_be_visible()
    expect(page.locator("#read-form")).to_have_count(0)
    assert all(words.read_at for words in house.rows_of(DeskItemWords))
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done, as the patient wrote.")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".ready button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("#body")).to_have_value("Ana, please call us at (608) 555-0100 when you can.")
    page.fill("#body", "Your results are in")
    expect(page.locator("#reply-tells")).to_contain_text("About health: “results”")
    page.fill("#body", "")
    expect(page.locator("#reply-tells")).to_be_hidden()
    page.keyboard.type("Please rest it, and call us at 10.")
    expect(page.locator("#reply-size")).to_have_text("51 characters with the name, 1 text.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your text is on its way.")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_text("Its words stand in the box again.")).to_be_visible()
    expect(page.locator("#body")).to_have_value("Please rest it, and call us at 10.")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#take-back")).to_be_visible()
    expect(page.locator("#take-back")).to_have_count(0)
    house.staff_texts_leave()
    ana.reads("confirmed")
    ana.reads("Please rest it, and call us at 10.")
    page.keyboard.press("x")
    expect(page.locator("input[value=nothing_to_do]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("Closed.")
    closed = only_item(house)
    assert (closed.state, closed.disposition) == ("closed", "answered_by_text")


@ON_SQLITE
def test_a_half_written_reply_outlives_new_words_and_the_end_of_the_sign_in(
    house: House, page: Page, ana: Person
) -> None:
    account(house, "nora", "nurse")
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    sits_down(page, house, "nora", "/desk/items/1")
    page.keyboard.press("c")
    page.fill("#body", "Please keep the leg")
    ana.texts("and now I have a fever")
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator("#body")).to_have_value("Please keep the leg")
    house.clock.passes(minutes=16)
    page.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    expect(page.get_by_label("Reply by text")).to_have_value("Please keep the leg")
    expect(page.get_by_text("fever")).to_have_count(0)
    page.evaluate("htmx.ajax('GET', '/here', { target: document.body, swap: 'none' })")  # others were under way
    page.wait_for_timeout(500)
    expect(page.get_by_label("Reply by text")).to_have_value("Please keep the leg")


@ON_SQLITE
def test_rows_do_not_move_under_a_pointer_at_work(house: House, page: Page, ana: Person, rosa: Person) -> None:
    account(house, "nora", "nurse")
    sits_down(page, house, "nora", "/patients")
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    expect(page.locator("#count-nurses")).to_have_text("1 waiting")  # from every page
    page.keyboard.press("1")
    page.hover("#item-1")
    page.hover("#item-1", position={"x": 20, "y": 12})
    rosa.texts("me quiero morir")
    rosa.reads("988")
    expect(page.locator("#hold")).to_be_visible()
    expect(page.locator("#alarm")).to_have_text("New crisis or emergency words.")
    assert page.locator("[data-row]").count() == 1
    page.keyboard.press(".")
    expect(page.locator("[data-row]").first).to_have_id("item-2")
    expect(page.locator("#hold")).to_be_hidden()


@pytest.mark.long
@ON_SQLITE
def test_axe_finds_nothing_and_nothing_spills_over(
    house: House, chromium: Chromium, ana: Person, rosa: Person, sam: Person
) -> None:
    account(house, "nora", "nurse")
    visit(house, rosa)
    house.tick()
    rosa.reads("1")
    rosa.texts("Sí, pero me duele mucho el pecho desde anoche")
    rosa.reads("911")
    ana.texts("my knee is swollen " + "and sore " * 30)
    ana.reads("nurse")
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = chromium.new_context(color_scheme=cast("Any", scheme), viewport={"width": width, "height": 900})
        page = context.new_page()
        faults: list[str] = []
        page.on("console", _kept_in(faults))
        page.goto(house.door.url)
        _sound(page)
        sits_down(page, house, "nora")
        for path in ("/desk/nurses", "/desk/front-desk", "/desk/items/1", "/desk/items/2"):
            page.goto(house.door.url + path)
            expect(page.locator("#pulse")).to_have_text("Live")
            _sound(page)
        if page.locator("[data-key=c]").count():
            page.click("[data-key=c]")
            expect(page.locator("#close-form")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        _sound(page)
        page.set_viewport_size({"width": 640, "height": 450})  # 1280 pixels at 200 %
        _sound(page)
        page.click("#close-form button[type=submit]")
        expect(page.locator("#refusal")).to_be_visible()
        _sound(page)
        assert [fault for fault in faults if "409" not in fault] == []
        context.close()
    assert len(house.rows(DeskItem)) == 2


@pytest.mark.prove
@ON_SQLITE
def test_the_on_call_calendar_is_sound_with_every_form_open(house: House, chromium: Chromium) -> None:
    account(house, "mia", "manager")
    account(house, "nora", "nurse")
    with db.transaction("tests.nobody") as session:
        session.execute(delete(OpenHours))
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = chromium.new_context(color_scheme=cast("Any", scheme), viewport={"width": width, "height": 900})
        page = context.new_page()
        sits_down(page, house, "mia", "/on-call")
        expect(page.get_by_text("Nobody reads what patients write now.")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        _sound(page)
        page.click("text=Save the hours")
        expect(page.locator(".done")).to_contain_text("The opening hours are entered.")
        context.close()


@ON_SQLITE
def test_the_page_counts_texts_as_the_carrier_does(house: House, page: Page, ana: Person) -> None:
    account(house, "nora", "nurse")
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    sits_down(page, house, "nora", "/desk/items/1")
    page.click("[data-key=c]")
    begins = page.locator("#reply-begins")
    expect(begins).to_have_text("The patient reads first: Lakeside Clinic:")
    texts = [
        "x",
        "é" * 143,
        "x" * 144,
        "á" * 53,
        "á" * 54,
        "€" * 71,
        "€" * 72,
        "😀" * 26,
        "😀" * 27,
        "Lakeside Clinics",
    ]
    named = ["Nora, Lakeside Clinic: " + "x" * 137, "Nora, Lakeside Clinic: " + "x" * 138, "(Lakeside Clinic)"]
    for text in (*texts, "x" * 135 + "€" * 9, *named):
        page.fill("#body", text)
        parts, whole = cost(handling.named("Lakeside Clinic", text)).segments, text not in named
        size = f"{len(text) + 17 * whole} characters{' with the name' * whole}, {parts} text{'s' * (parts != 1)}"
        expect(page.locator("#reply-size")).to_contain_text(size)
        expect(begins).to_be_visible(visible=whole)


def _kept_in(faults: list[str]) -> Callable[[ConsoleMessage], None]:
    """All but that the line to the server broke, of which the page itself speaks (`#pulse`)."""
    return lambda message: None if message.text == BROKEN_LINE else faults.append(message.text)


def _sound(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
