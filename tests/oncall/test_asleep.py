"""A desk at which every screen sleeps counts as nobody there: what comes in rings at once (H17)."""

from datetime import time

import pytest

from app import db
from app.models.cover import Duty
from app.on_call import climbing
from escalation_desk import oncall, rota
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, colleague, phone
from tests.screens.desk import Browser, signed_in_again, words_of

NORAS = "+12025550190"


@pytest.fixture
def screen(house: House, nora: Colleague) -> Browser:
    """Nora's list, open at a staffed desk; she is on call beside it."""
    with db.transaction("tests.on_call") as session:
        rota.set_phone(session, nora.id, NORAS, None)
        for day in range(7):
            rota.enter(session, Duty(staff_id=nora.id, place=1, weekday=day, begins=time(0), ends=time(0)))
    return signed_in_again(house, nora.id)


def _asleep(house: House) -> bool:
    with db.reading("tests.asleep") as session:
        return oncall.asleep_for(session, house.clock()) is not None


def _writes(house: House, ana: Person) -> None:
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbing.climb()
    house.work()


def test_a_screen_that_sleeps_leaves_the_desk_no_time(house: House, screen: Browser, ana: Person) -> None:
    screen.opens("/desk/nurses/rows")
    house.clock.passes(seconds=60)
    assert not _asleep(house)
    house.clock.passes(seconds=1)
    assert _asleep(house)
    _writes(house, ana)
    phone(house, NORAS).reads("A message waits for a nurse")
    page = words_of(signed_in_again(house, colleague(house, "Mia", "manager").id).opens("/on-call"))
    assert "No nurse’s screen has been awake for 1 min: what comes in pages whoever is on call at once." in page


@pytest.mark.parametrize(
    "looks", ["/desk/nurses/rows", "/desk/items/1/now", "/desk/front-desk/rows", "/here", "/patients"]
)
def test_a_page_that_looks_by_itself_is_awake(house: House, screen: Browser, ana: Person, looks: str) -> None:
    screen.opens("/desk/nurses/rows")
    _writes(house, ana)
    (item,) = house.rows(DeskItem)
    assert item.step == 1, "the desk has its time"
    house.clock.passes(minutes=4)
    assert _asleep(house)
    screen.opens(looks)
    assert not _asleep(house)
    phone(house, NORAS).nothing_more()


def test_what_nobody_can_notice_is_not_awake(house: House, screen: Browser) -> None:
    """A hidden page whose sound is not armed says so; opening the line of events, as a browser does alone, cannot."""
    screen.opens("/desk/nurses/rows")
    house.clock.passes(minutes=2)
    assert screen.client.get("/here", headers={"X-Unnoticed": "hidden, sound not armed"}).status_code == 200
    screen.client.get("/live").close()
    assert _asleep(house)
    screen.opens("/here")
    assert not _asleep(house)


def test_only_a_nurses_screen_counts_and_only_once_one_was_ever_open(house: House, screen: Browser) -> None:
    assert not _asleep(house), "nobody has opened one yet: the calendar counts"
    screen.opens("/desk/nurses/rows")
    house.clock.passes(minutes=2)
    signed_in_again(house, colleague(house, "Mia", "manager").id).opens("/desk/nurses/rows")
    assert _asleep(house)
