"""The whole job as people see it: a patient texts on the phone screen, a nurse claims, replies and closes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from app import db
from app.web import accounts
from tests.house import House
from tests.people import Person, appointment, visit

pytestmark = pytest.mark.slow
PASSWORD = "a long enough password"
ABORTED = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx prints when a newer request, or leaving the page, replaces one under way: no fault."""


@contextmanager
def screen(chromium: Browser, address: str) -> Iterator[Page]:
    """A window of its own; script errors and whatever the content policy blocks fail the test."""
    complaints: list[str] = []
    context = chromium.new_context(locale="en-US", timezone_id="America/Chicago")
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(address)
    yield page
    context.close()
    assert [line for line in complaints if not line.startswith(ABORTED)] == []


def test_a_patient_texts_and_a_nurse_answers(house: House, ana: Person, chromium: Browser) -> None:
    house.carrier.handset(ana.handset.number, label="Ana")
    with db.transaction("tests.nora") as session:
        accounts.add(session, "nora", "Nora", "nurse", PASSWORD)
    booked = visit(house, ana)
    house.tick()
    with screen(chromium, f"{house.door.url}/phone") as phone, screen(chromium, house.door.url) as desk:
        desk.get_by_label("Username").fill("nora")
        desk.get_by_label("Password").fill(PASSWORD)
        desk.keyboard.press("Enter")
        expect(desk.get_by_text("Nobody is waiting")).to_be_visible()

        _texts(phone, "Ana", "yes but my chest hurts")
        house.work()
        messages = phone.get_by_role("log", name="Messages")
        expect(messages).to_contain_text("If this is an emergency, call 911 now")
        assert appointment(booked).confirmed_at is None

        expect(desk.get_by_text("my chest hurts")).to_be_visible()
        expect(desk).to_have_title("(1!) Nurses · Handrail")
        _opens_and_claims(desk)
        expect(desk.locator("mark").first).to_contain_text("chest hurt")
        desk.keyboard.press("r")
        expect(desk.get_by_label("Reply by text")).to_be_focused()
        desk.keyboard.type("This is Nora. I am calling you now.")
        desk.get_by_role("button", name="Send").click()
        expect(desk.get_by_text("Your text is on its way")).to_be_visible()
        house.staff_texts_leave()
        expect(messages).to_contain_text("This is Nora. I am calling you now.")

        expect(desk.get_by_text("Nora read the words")).to_be_visible()  # after a second on the screen
        desk.get_by_label("Advised by phone").check()
        desk.get_by_label("Note for the record").fill("Reached her at 10:05; her husband drives her in.")
        desk.get_by_role("button", name="Close the item").click()
        expect(desk.get_by_text("Nobody is waiting")).to_be_visible()
    ana.handset.reads()


def _texts(phone: Page, who: str, words: str) -> None:
    phone.get_by_role("button", name=who).click()
    phone.get_by_label("Text message").fill(words)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("log", name="Messages")).to_contain_text("Delivered")


def _opens_and_claims(desk: Page) -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Claim").wait_for()
    desk.wait_for_load_state()  # keys are heard from then on
    desk.keyboard.press("c")
    desk.get_by_label("Reply by text").wait_for()
    desk.wait_for_load_state()
