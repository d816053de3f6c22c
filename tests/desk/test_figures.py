"""The lead nurse's figures: human acts only, each reckoned as the page says, sound on every screen."""

from datetime import timedelta
from typing import Any, cast

import pytest
from playwright.sync_api import Browser as Chromium

from app import db
from escalation_desk.models import DeskItem
from escalation_desk.views.tallies import Tally, tally
from tests.desk.screen import ON_SQLITE, sits_down
from tests.desk.test_screens import _sound
from tests.house import ZONE, House
from tests.people import Colleague, Person
from tests.screens.desk import words_of
from tests.web.browsing import account, signed_in

pytestmark = pytest.mark.of_pages


def _tally(days: int = 28) -> Tally:
    with db.reading("tests.tally") as session:
        return tally(session, days, ZONE)


def _minutes(wait: timedelta | None) -> float | None:
    return wait.total_seconds() / 60 if wait is not None else None


def test_nothing_came_and_nothing_is_made_up(house: House) -> None:
    page = words_of(signed_in(house, "nora", "nurse").page("/desk/figures?days=7"))
    assert "– median" in page
    assert _tally().false_share is None


def test_a_day_as_people_worked_it(house: House, ana: Person, rosa: Person, stranger: Person, nora: Colleague) -> None:
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    house.clock.passes(minutes=4)
    (knee,) = house.rows(DeskItem)
    nora.claims(knee)
    nora.reads_all(knee)
    house.clock.passes(minutes=6)
    nora.closes(knee, "nothing_to_do")
    rosa.texts("me quiero morir")
    rosa.reads("988")
    house.clock.passes(minutes=3)
    stranger.texts("is this the bakery on Main")
    stranger.reads("call")
    nora.moves(house.rows(DeskItem)[-1], "nurses")
    found = _tally()
    assert (found.came, found.crisis, found.closed.many, found.false_alarms, found.false_share) == (3, 1, 1, 1, 100)
    assert (found.claimed.many, _minutes(found.claimed.median), _minutes(found.claimed.p90)) == (1, 4, 4)
    assert found.claimed.breaches == 1, "crisis words that nobody took in two minutes"
    assert (_minutes(found.closed.median), found.closed.breaches) == (10, 0)
    assert dict(found.hours)["10"] == 3
    assert dict(found.weekdays)["Mon"] == 3
    assert dict(found.ages)["under 15 min"] == 2
    assert found.misses == 1
    nora.reopens(knee)
    after = _tally()
    assert (after.reopened, after.closed.many, after.claimed.median) == (1, 0, found.claimed.median)
    house.clock.passes(days=2)
    assert (dict(_tally().ages)["over 24 h"], _tally().closed.breaches) == (3, 3)
    house.clock.passes(days=30)
    assert (_tally().came, dict(_tally().ages)["over 24 h"]) == (0, 3)


def test_the_front_desk_and_admins_see_none_of_it(house: House) -> None:
    for role in ("front_desk", "admin"):
        assert signed_in(house, role.replace("_", "-"), role).get("/desk/figures").status_code == 403


@pytest.mark.prove
@ON_SQLITE
def test_the_new_screens_are_sound(house: House, chromium: Chromium, ana: Person) -> None:
    """The figures, the staff's accounts, the search and an own account: axe, and nothing spills over."""
    for username, role in (("nora", "nurse"), ("mia", "manager")):
        account(house, username, role)
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = chromium.new_context(color_scheme=cast("Any", scheme), viewport={"width": width, "height": 900})
        page = context.new_page()
        sits_down(page, house, "mia")
        for path in (
            "/desk/figures",
            "/staff",
            "/staff/1",
            "/account",
            "/desk/search",
            "/desk/call-list",
            "/desk/replies",
        ):
            page.goto(house.door.url + path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            _sound(page)
        context.close()
