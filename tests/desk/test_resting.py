"""Letting an item rest: hers, with a reason, never crisis words, and never nobody’s; the age goes on (P7)."""

import pytest

from app.on_call import climbing
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
    assert _rests(nora_, item, minutes=120) == 409, "a patient's words to the nurses wait no longer than an hour"
    assert nora_.posts(address(item, "rest"), rest_minutes=20, rest_why=WHY, rest_for=99).status_code == 409
    rosa.texts("me quiero morir")
    rosa.reads("988")
    crisis = house.rows(DeskItem)[-1]
    claims(nora_, crisis)
    assert "Let it rest" not in nora_.page(address(crisis))
    assert _rests(nora_, crisis) == 409


def test_it_may_rest_beyond_the_claim_for_a_provider_and_is_never_nobodys(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    """P7: it is hers until it is back and ten minutes more; new words end that at once, and it climbs again."""
    claims(nora_, item)
    asked = {"rest_minutes": 60, "rest_why": "Dr. Chen looks at it after noon", "rest_for": 1}
    assert nora_.posts(address(item, "rest"), None, **asked).status_code == 303
    page = words_of(nora_.page(address(item)))
    assert "Waits for Dr. Chen" in page
    assert "put it to Dr. Chen and let it rest for 60 minutes" in page
    house.passes(minutes=59)
    climbing.climb()
    kept = only_item(house)
    assert (kept.state, kept.owner_id, kept.opened_at, kept.step) == ("claimed", nora_.staff_id, item.opened_at, 0)
    house.passes(minutes=10)
    assert only_item(house).state == "claimed", "it is back, and hers for a while"
    house.passes(minutes=2)
    climbing.climb()
    assert only_item(house).state == "open"
    assert only_item(house).step > 0, "it climbs again"
    again = signed_in(house, "nell", "nurse")
    claims(again, item)
    assert again.posts(address(item, "rest"), None, **asked).status_code == 303
    ana.texts("it is worse now, the knee is red")
    house.tick()
    assert only_item(house).state == "open", "words that came meanwhile wait for nobody's noon"
