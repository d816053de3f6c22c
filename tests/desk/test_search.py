"""Search on the desk: by name, digits, words; on the lists one may see; what was looked for is recorded (H34, P11)."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app import db, timeline
from app.models.records import Entry
from escalation_desk.models import DeskItem
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.people import Person
from tests.web.browsing import Browser, account, signed_in

pytestmark = pytest.mark.of_pages


@pytest.fixture
def waiting(house: House, ana: Person, rosa: Person, stranger: Person) -> House:
    """Ana's knee and Rosa's chest before the nurses, a stranger's question before the front desk."""
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    rosa.texts("Me duele mucho el corazón")
    rosa.reads("911")
    stranger.texts("do you validate parking at the green garage")
    stranger.reads("call")
    return house


def _finds(at_desk: Browser, wanted: str) -> list[int]:
    answer = at_desk.posts("/desk/search", wanted=wanted)
    assert answer.status_code == 200
    return [int(item) for item in re.findall(r'id="item-(\d+)"', answer.text)]


def test_by_name_number_and_words(waiting: House, nora_: Browser) -> None:
    ana, rosa, parking = (row.id for row in waiting.rows(DeskItem))
    for wanted, found in (
        ("lópez", [ana]), ("LOPEZ ana", [ana]), ("jim", [rosa]), ("swollen knee", [ana]), ("CORAZON", [rosa]),
        ("(202) 555-0101", [ana]), ("+1 202 555 0101", [ana]), ("0102", [rosa]), ("555", [ana, rosa, parking]),
        ("garage", [parking]), ("rosa knee", []), ("wollen", []), ("'; drop table--", []), ("%", None), ("a", None),
    ):  # fmt: skip
        if found is None:
            assert nora_.posts("/desk/search", wanted=wanted).status_code == 422
        else:
            assert _finds(nora_, wanted) == found, wanted
    nora_.posts(f"/desk/items/{ana}/claim")
    assert _finds(nora_, "knee") == [ana]


def test_the_front_desk_finds_nothing_of_the_nurses(waiting: House) -> None:
    fran = signed_in(waiting, "fran", "front_desk")
    assert _finds(fran, "knee") == _finds(fran, "lopez") == []
    assert len(_finds(fran, "parking")) == 1
    assert "Nurses" not in fran.posts("/desk/search", wanted="knee").text.partition("<main")[2]


def test_what_was_looked_for_is_recorded_and_sealed(waiting: House, nora_: Browser) -> None:
    (found,) = _finds(nora_, "swollen")
    with db.reading("tests.looked") as session:
        kept = session.scalars(select(Entry.details).where(Entry.kind == "searched_desk")).one()
        told = timeline.read(session, [timeline.of_staff(nora_.staff_id)], kinds=["searched_desk"])
    assert kept == {"ids": [found]}, "the words stand sealed beside it"
    assert [each.words for each in told] == ["swollen"]


@pytest.mark.slow
@ON_SQLITE
def test_by_keyboard_from_the_list_and_from_an_item(waiting: House, page: Page) -> None:
    account(waiting, "nora", "nurse")
    sits_down(page, waiting, "nora", "/desk/items/1")
    page.keyboard.press("/")
    page.wait_for_url("**/desk/search")
    page.keyboard.press("/")
    expect(page.locator("#wanted")).to_be_focused()
    page.keyboard.type("swollen")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    assert "swollen" not in page.url
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key=c]")).to_be_visible()
