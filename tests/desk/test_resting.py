"""Letting an item rest: hers, with a reason, never crisis words, never beyond the claim; the age goes on (P7)."""

import pytest

from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, only_item
from tests.house import House
from tests.people import Person
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.of_pages
WHY = "The daughter calls back"


def _rests(at_desk: Browser, item: DeskItem, minutes: object = 10, why: str = WHY) -> int:
    return at_desk.posts(address(item, "rest"), rest_minutes=minutes, rest_why=why).status_code


def test_it_rests_in_its_place_with_its_age_and_comes_back(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    assert _rests(nora_, item) == 303
    listed = words_of(nora_.page("/desk/nurses"))
    assert "Rests until 10:10 AM" in listed, listed
    assert WHY in words_of(nora_.page(address(item)))
    house.passes(minutes=9)
    assert "9 min" in words_of(nora_.page("/desk/nurses"))
    house.passes(minutes=2)
    assert "Back since 10:10 AM" in words_of(nora_.page(address(item)))
    kept = only_item(house)
    assert (kept.opened_at, kept.state, kept.owner_id) == (item.opened_at, "claimed", nora_.staff_id)
    house.passes(minutes=10)
    nora_.page("/desk/nurses")
    house.passes(minutes=10)
    assert only_item(house).state == "open", "the lease ends as it would have"
    page = words_of(nora_.page("/desk/nurses"))
    assert "Rests" not in page
    assert "Back since" not in page


def test_new_words_or_a_new_claim_end_it(house: House, nora_: Browser, item: DeskItem, ana: Person) -> None:
    claims(nora_, item)
    _rests(nora_, item)
    ana.texts("it is worse now, the knee is red")
    assert only_item(house).rests_until is None
    _rests(nora_, item)
    claims(nora_, item)
    assert only_item(house).rests_until is None


def test_what_may_not_rest(house: House, nora_: Browser, item: DeskItem, rosa: Person) -> None:
    assert _rests(nora_, item) == 409, "nobody has it"
    claims(nora_, item)
    assert _rests(nora_, item, why="  ") == 409
    assert _rests(nora_, item, minutes=45) == 409
    assert _rests(nora_, item, minutes="x") == 400
    refused = nora_.posts(address(item, "rest"), rest_minutes=20, rest_why="y" * 4001)
    assert (refused.status_code, "y" * 4001 in refused.text) == (409, True)
    nell = signed_in(house, "nell", "nurse")
    assert _rests(nell, item) == 409
    house.passes(minutes=13)
    nora_.page("/desk/nurses")
    house.passes(minutes=2)
    assert _rests(nora_, item, minutes=20) == 409, "not beyond the claim"
    assert _rests(nora_, item, minutes=15) == 303
    rosa.texts("me quiero morir")
    rosa.reads("988")
    crisis = house.rows(DeskItem)[-1]
    claims(nora_, crisis)
    assert "Let it rest" not in nora_.page(address(crisis))
    assert _rests(nora_, crisis) == 409
