"""The phone in a real browser: type, send, receive live, by keyboard alone and on a small screen."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from app.simulator import ringing
from app.simulator.carrier import Carrier
from app.simulator.faults import Fault
from app.simulator.outbound import accept
from app.simulator.server import Running
from tests.carrier.conftest import OURS
from tests.carrier.practice import Practice

pytestmark = pytest.mark.slow
ANA, ROSA = "+15005550101", "+15005550102"


@pytest.fixture
def complaints() -> list[str]:
    """What the browser found wrong: script errors and everything that the content policy blocked."""
    return []


@pytest.fixture
def page(chromium: Browser, running: Running, carrier: Carrier, complaints: list[str]) -> Iterator[Page]:
    carrier.handset(ANA, label="Ana")
    carrier.handset(ROSA, label="Rosa")
    context = chromium.new_context(locale="en-US", timezone_id="Asia/Tokyo", viewport={"width": 390, "height": 780})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{running.url}/phone")
    yield page
    context.close()
    assert complaints == []


def test_a_patient_texts_and_reads_by_keyboard(page: Page, carrier: Carrier, practice: Practice) -> None:
    page.get_by_role("button", name="Ana").press("Enter")
    expect(page.get_by_label("Text message")).to_be_focused()
    page.keyboard.type("yes but my chest hurts")
    page.keyboard.press("Enter")
    log = page.get_by_role("log", name="Messages")
    expect(log).to_contain_text("yes but my chest hurts")
    at = carrier.state.threads[ANA][0].at.astimezone(ZoneInfo("America/Chicago"))
    expect(log).to_contain_text(f"Delivered · {at:%-I:%M %p}")  # by the practice's clock, wherever the browser is
    expect(log).to_contain_text(f"{at:%A, %B %-d}")
    assert practice.texts()[0].form["Body"] == "yes but my chest hurts"
    expect(page.get_by_label("Text message")).to_be_focused()
    expect(page.get_by_label("Text message")).to_have_value("")

    accept(carrier.books, to=ANA, sender=OURS, body="A nurse will call you. <b>911</b>")
    carrier.pump()
    expect(log).to_contain_text("A nurse will call you. <b>911</b>")
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.get_by_role("button", name="Back to all phones").click()
    expect(page.get_by_role("button", name="Ana")).to_be_focused()


@pytest.mark.prove
def test_another_phone_shows_that_something_came(page: Page, carrier: Carrier) -> None:
    expect(page.get_by_role("button", name="Rosa")).to_be_visible()
    accept(carrier.books, to=ROSA, sender=OURS, body="Hola, Rosa")
    carrier.pump()
    rosa = page.get_by_role("button", name="Rosa")
    expect(rosa).to_contain_text("1 new")
    rosa.click()
    expect(page.get_by_role("log")).to_contain_text("Hola, Rosa")
    page.get_by_role("button", name="Back to all phones").click()
    expect(rosa).not_to_contain_text("1 new")


def test_a_practice_that_is_down_is_said_plainly(page: Page, carrier: Carrier) -> None:
    carrier.account.reach_at = "http://127.0.0.1:9"
    page.get_by_role("button", name="Ana").click()
    page.get_by_label("Text message").fill("hello")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Not delivered. The practice's system could not be reached")


def test_words_that_were_not_sent_stay_in_their_box(page: Page, practice: Practice, complaints: list[str]) -> None:
    page.get_by_role("button", name="Ana").click()
    page.get_by_label("Text message").fill("yes but my chest hurts")
    page.get_by_role("button", name="Attach a photo").click()
    page.route("**/phone/texts", lambda route: route.abort())
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Not sent. The stand-in carrier does not answer.")).to_be_visible()
    expect(page.get_by_label("Text message")).to_have_value("yes but my chest hurts")
    expect(page.get_by_text("Photo attached")).to_be_visible()
    assert practice.texts() == []

    page.unroute("**/phone/texts")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Delivered")
    expect(page.get_by_text("Not sent.")).to_be_hidden()
    expect(page.get_by_label("Text message")).to_have_value("")
    assert [(one.form["Body"], one.form["NumMedia"]) for one in practice.texts()] == [("yes but my chest hurts", "1")]
    assert all("net::ERR_FAILED" in complaint for complaint in complaints)  # the browser's own line about our abort
    complaints.clear()


@pytest.mark.prove
def test_words_given_back_stand_before_what_was_written_since_and_on_their_own_phone(
    page: Page, complaints: list[str]
) -> None:
    held: list[Route] = []
    page.route("**/phone/texts", lambda route: held.append(route))  # noqa: PLW0108  (playwright marks what it is given)
    page.get_by_role("button", name="Ana").click()
    words = page.get_by_label("Text message")
    words.fill("first")
    with page.expect_request("**/phone/texts"):
        page.get_by_role("button", name="Send").click()
    words.fill("second")
    page.get_by_role("button", name="Back to all phones").click()
    page.get_by_role("button", name="Rosa").click()
    words.fill("hola")
    held[0].fulfill(status=404, json={"problem": "There is no such phone."})
    page.get_by_role("button", name="Back to all phones").click()
    page.get_by_role("button", name="Ana").click()
    expect(words).to_have_value("first\nsecond")
    expect(page.get_by_text("Not sent. There is no such phone.")).to_be_visible()
    page.get_by_role("button", name="Back to all phones").click()
    page.get_by_role("button", name="Rosa").click()
    expect(words).to_have_value("hola")
    expect(page.get_by_text("Not sent.")).to_be_hidden()
    complaints.clear()  # the browser's own line about the 404


def test_a_photo_and_a_new_phone(page: Page, practice: Practice) -> None:
    page.get_by_text("New phone").click()
    page.get_by_label("Number", exact=True).fill("(415) 555-0123")
    page.get_by_role("button", name="Add phone").click()
    expect(page.get_by_role("heading", name="(415) 555-0123")).to_be_visible()
    page.get_by_role("button", name="Attach a photo").click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Delivered")
    assert practice.texts()[0].form["NumMedia"] == "1"
    assert practice.texts()[0].form["From"] == "+14155550123"


@pytest.mark.prove
def test_a_trainer_switches_a_fault_on_and_all_off(page: Page, carrier: Carrier, practice: Practice) -> None:
    page.get_by_text("When things go wrong").press("Enter")
    twice = page.get_by_label("A text arrives at the practice twice.")
    twice.check()
    expect(page.get_by_role("status")).to_contain_text("A text arrives at the practice twice. (the next time)")
    expect(page.get_by_text("On: the next time.")).to_be_visible()
    expect(twice).to_be_checked()
    page.get_by_label("What I switch on happens").select_option("every time, until I switch it off")
    late = page.locator("[data-fault=inbound_late]")
    late.get_by_label("Wait").fill("90")
    late.get_by_role("checkbox").check()
    expect(late).to_contain_text("On: every time, 90 seconds.")
    assert carrier.faults.armed()[Fault.INBOUND_LATE].seconds == 90
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    carrier.handset(ANA).texts("hello")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"A text arrives late. \(every time, 90 seconds\)"))
    expect(page.get_by_role("status")).not_to_contain_text("twice")
    expect(twice).not_to_be_checked()
    assert len(practice.texts()) == 2
    page.get_by_role("button", name="Switch all off").click()
    expect(page.get_by_role("status")).to_be_hidden()
    expect(late.get_by_role("checkbox")).not_to_be_checked()
    assert carrier.faults.armed() == {}


@pytest.mark.prove
def test_a_wait_that_makes_no_sense_is_refused_in_a_sentence(
    page: Page, carrier: Carrier, complaints: list[str]
) -> None:
    page.get_by_text("When things go wrong").click()
    late = page.locator("[data-fault=inbound_late]")
    late.get_by_label("Wait").fill("-5")
    late.get_by_role("checkbox").click()
    expect(page.locator("#fault-problem")).to_contain_text("The seconds are between 0 and 172800.")
    expect(late.get_by_role("checkbox")).not_to_be_checked()
    assert carrier.faults.armed() == {}
    assert all("400" in line for line in complaints)  # the browser notes each refused request
    complaints.clear()


def test_the_screen_has_no_barriers(page: Page, carrier: Carrier) -> None:
    page.get_by_text("When things go wrong").click()
    page.get_by_text("The carrier's list of texts").click()
    page.get_by_label("The list breaks off half way.").check()
    expect(page.get_by_role("status")).to_be_visible()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert not found.response["violations"], found.generate_report()


LISTENS = (
    '<Response><Gather input="dtmf speech" numDigits="1" finishOnKey="" actionOnEmptyResult="true" '
    'action="https://handrail.test/twilio/voice?t=1"><Say language="en-US">For a person, press 0.</Say>'
    '<Say language="es-US">Diga algo.</Say></Gather></Response>'
)


def test_a_call_by_keyboard_alone(page: Page, carrier: Carrier, practice: Practice) -> None:
    practice.answer = (LISTENS, 200, "text/xml")
    page.get_by_role("button", name="Ana").press("Enter")
    page.get_by_role("button", name="Call the practice").press("Enter")
    said = page.get_by_role("log", name="What is said")
    expect(said).to_contain_text("For a person, press 0.")
    expect(said.locator("span", has_text="Diga algo.").last).to_have_attribute("lang", "es-US")
    expect(page.get_by_label("Text message")).to_be_hidden()
    page.get_by_label("Say something").fill("my chest hurts")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("You: my chest hurts")
    page.get_by_role("button", name="0", exact=True).press("Enter")
    expect(said).to_contain_text("Pressed 0")
    page.get_by_role("button", name="Say nothing").press("Enter")
    expect(said).to_contain_text("Silence")
    assert [one.form.get("SpeechResult") or one.form.get("Digits") for one in practice.heard[1:]] == [
        "my chest hurts", "0", None,
    ]  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert not found.response["violations"], found.generate_report()
    page.get_by_role("button", name="Hang up").press("Enter")
    expect(page.get_by_role("status").filter(has_text="The call is over.")).to_be_visible()
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.get_by_label("Text message")).to_be_visible()
    expect(page.get_by_role("button", name="Call the practice")).to_be_focused()


def test_the_practice_rings_and_she_answers_declines_or_lets_voicemail(
    page: Page, carrier: Carrier, practice: Practice
) -> None:
    practice.answer = (LISTENS, 200, "text/xml")
    form = {"To": ANA, "From": OURS, "Url": "https://handrail.test/twilio/voice?t=0", "MachineDetection": "Enable"}
    page.get_by_role("button", name="Ana").click()
    ringing.place(carrier.books, form, ["completed"])
    carrier.pump()
    expect(page.get_by_role("status").filter(has_text="The practice is calling.")).to_be_visible()
    expect(page.get_by_role("group", name="Keypad")).to_be_hidden()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert not found.response["violations"], found.generate_report()
    page.get_by_role("button", name="Answer").press("Enter")
    expect(page.get_by_role("log", name="What is said")).to_contain_text("For a person, press 0.")
    assert practice.heard[-1].form["AnsweredBy"] == "human"
    page.get_by_role("button", name="1", exact=True).click()
    page.get_by_role("button", name="Hang up").click()
    page.get_by_role("button", name="Close").click()
    ringing.place(carrier.books, form, ["completed"])
    carrier.pump()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("status").filter(has_text="The call is over.")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Back to all phones").click()
    page.get_by_text("Calls", exact=True).click()
    page.get_by_role("button", name="Ana").click()
    with page.expect_response("**/phone/calls/habit"):
        page.evaluate(  # in one go: the page puts itself right by and by
            "const habit = document.getElementById('habit');"
            "habit.value = 'machine_end_beep'; habit.dispatchEvent(new Event('change'))"
        )
    assert carrier.books.habits == {ANA: "machine_end_beep"}
