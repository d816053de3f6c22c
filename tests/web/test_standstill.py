"""Everybody at the desk is told when texts do not leave, why, for how long, and whom to ask (H64)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from app import db
from app.models.records import Restoration
from app.watchers import heartbeats
from tests.house import House
from tests.journeys.test_in_a_browser import PASSWORD, screen
from tests.journeys.test_outage import database_gone
from tests.people import Colleague, Person
from tests.sending.outbox import switch_sending
from tests.web.browsing import Browser, account, browser, signed_in

pytestmark = pytest.mark.of_pages

WRITTEN, OFF, RESTORED = "Texts are written but not sent.", "Sending is switched off", "The record was restored"
PAGES = {
    "nurse": ("/desk/nurses", "/desk/front-desk", "/desk/items/{item}", "/patients", "/patients/{ana}"),
    "front_desk": ("/desk/front-desk", "/patients", "/patients/{ana}", "/appointments"),
    "manager": ("/desk/nurses", "/appointments"),
    "auditor": ("/desk/nurses",),
}


@pytest.fixture
def matter(house: House, ana: Person, nora: Colleague) -> dict[str, int | None]:
    """Addresses need somebody and something."""
    ana.texts("my chest hurts")
    ana.reads("911")
    return {"ana": ana.patient_id, "item": nora.sees()[0].id}


def goes_by(house: House, **amount: float) -> None:
    house.clock.passes(**amount)
    house.work()


@contextmanager
def restored(house: House) -> Iterator[None]:
    """A backup of five o'clock in the morning was loaded two hours ago."""
    with db.transaction("tests.restored") as session:
        row = Restoration(
            backed_up_at=house.clock() - timedelta(hours=5), restored_at=house.clock() - timedelta(hours=2)
        )
        session.add(row)
    yield
    with db.transaction("tests.compared") as session:
        session.get_one(Restoration, row.id).compared_at = house.clock()


def said(at_desk: Browser) -> str:
    return " ".join(at_desk.get("/standstill", **{"HX-Request": "true"}).text.split())


@pytest.mark.slow
@pytest.mark.parametrize("role", PAGES)
def test_every_page_says_so_to_everybody(house: House, matter: dict[str, int | None], role: str) -> None:
    at_desk = signed_in(house, "somebody", role)
    pages = [address.format_map(matter) for address in PAGES[role]]
    assert not any(WRITTEN in at_desk.page(page) for page in pages)
    switch_sending(house, on=False)
    goes_by(house, seconds=61)
    assert all(WRITTEN in at_desk.page(page) and OFF in at_desk.page(page) for page in pages)
    switch_sending(house, on=True)
    with restored(house):
        goes_by(house, seconds=1)
        assert all(WRITTEN in at_desk.page(page) and RESTORED in at_desk.page(page) for page in pages)
    assert not any(WRITTEN in at_desk.page(page) for page in pages)


def test_it_says_since_when_and_ends_by_itself(house: House) -> None:
    at_desk = signed_in(house, "nell", "nurse")
    assert said(at_desk) == "", "before the first round nobody knows"
    house.work()
    switch_sending(house, on=False)
    goes_by(house, minutes=1)
    assert said(at_desk) == "", "a restart may take a minute"
    goes_by(house, minutes=9)
    assert "Sending is switched off, since <time datetime=" in said(at_desk)
    assert ">10:00 AM</time> (10 min). All texts to patients wait, but for emergency and hand-off texts." in said(
        at_desk
    )
    assert "Telephone whoever must hear from you, and ask the practice’s technician" in said(at_desk)
    switch_sending(house, on=True)
    goes_by(house, seconds=5)
    assert said(at_desk) == ""


def test_a_ticker_that_died_is_told_to_everybody_and_its_return_too(house: House) -> None:
    """P7: nothing climbs and nothing is sent again while nobody goes the rounds; with the sending switched off, too."""
    at_desk = signed_in(house, "nell", "nurse")
    house.work()
    house.clock.passes(minutes=2)
    assert said(at_desk) == "", "a restart may take a moment"
    house.clock.passes(minutes=3)
    assert "Nobody looks after what is due</b>, since <time datetime=" in said(at_desk)
    assert ">10:00 AM</time> (5 min). Nothing rings for words that wait" in said(at_desk)
    assert "ask the practice’s technician when Handrail will run again" in said(at_desk)
    assert WRITTEN not in said(at_desk)
    house.work()
    assert said(at_desk) == ""


def test_opened_by_itself_it_is_a_page_that_answers(house: House) -> None:
    at_desk = signed_in(house, "nell", "nurse")
    assert "Yes: texts to patients leave as usual." in at_desk.page("/standstill")
    switch_sending(house, on=False)
    house.work()
    page = at_desk.page("/standstill")
    assert "what stands above says why" in page
    assert "Sending is switched off." in page


def test_what_was_never_switched_on_has_no_since(house: House) -> None:
    at_desk = signed_in(house, "nell", "nurse")
    switch_sending(house, on=False)
    house.work()
    assert "Sending is switched off. All texts" in said(at_desk)


def test_the_hold_after_a_restore_comes_first_and_says_from_when_the_record_is(house: House) -> None:
    at_desk = signed_in(house, "nell", "nurse")
    switch_sending(house, on=False)
    house.work()
    with restored(house):
        assert "The record was restored 2 h ago from a backup of <time datetime=" in said(at_desk)
        assert ">5:00 AM</time>, and is not compared with the carrier yet." in said(at_desk)
        assert OFF not in said(at_desk)
    assert OFF in said(at_desk)


def test_those_who_send_are_believed_and_not_this_process(house: House) -> None:
    """SENDING=on and a restart of worker and ticker: the desk's own process still runs with what it was given."""
    at_desk = signed_in(house, "nell", "nurse")
    switch_sending(house, on=False)
    heartbeats.beat(heartbeats.SWEEPER, heartbeats.SENDING)
    assert said(at_desk) == ""


def test_nobody_signed_out_is_told_and_an_outage_still_has_its_page(house: House) -> None:
    switch_sending(house, on=False)
    house.work()
    assert WRITTEN not in browser(house.app).page("/sign-in")
    at_desk = signed_in(house, "nell", "nurse")
    with database_gone(house):
        assert at_desk.get("/desk/nurses").status_code == 503


@pytest.mark.slow
def test_a_page_that_stays_open_learns_of_it(house: House, matter: dict[str, int | None], chromium: Chromium) -> None:
    account(house, "nora2", "nurse", "Nora")
    with screen(chromium, house.door.url) as page:
        page.clock.install()
        page.get_by_label("Username").fill("nora2")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Nurses")).to_be_visible()
        expect(page.get_by_text(WRITTEN)).to_have_count(0)
        expect(page.locator("#pulse")).to_have_text("Live")  # else the clock runs before the page looks at it
        switch_sending(house, on=False)
        goes_by(house, minutes=5)
        page.clock.run_for(31_000)
        expect(page.get_by_text(WRITTEN)).to_be_visible()
