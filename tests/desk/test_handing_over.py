"""From one list to the other: with its age, by who has it, and no unread word leaves the nurses (P1, P13)."""

import pytest

from app.models.records import Entry
from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, only_item, reads, version
from tests.house import House
from tests.people import Person
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.slow


def test_this_is_clinical_moves_to_the_nurses_with_its_age(house: House, ana: Person) -> None:
    fran = signed_in(house, "fran", "front_desk")
    ana.texts("is it ok if my cousin waits in the lobby thing")
    ana.reads("person will read it")
    item = only_item(house)
    assert item.list == "front_desk"
    moved = fran.posts(address(item, "move"), to="nurses")
    assert moved.headers["Location"] == "/desk/front-desk?done=moved"
    after = only_item(house)
    assert (after.list, after.opened_at) == ("nurses", item.opened_at)
    assert after.hushed_at is not None
    assert fran.get(address(item)).status_code == 404
    assert "called_clinical" in {entry.kind for entry in house.rows_of(Entry)}
    assert fran.posts(address(item, "move"), to="nurses").status_code == 404


def test_this_is_administrative_goes_to_the_front_desk(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    reads(nora_, item)
    assert nora_.posts(address(item, "move"), to="the_moon").status_code == 400
    assert nora_.posts(address(item, "move"), to="front_desk").status_code == 400, "a form without its version"
    seen = version(nora_, item)
    assert nora_.posts(address(item, "move"), to="front_desk", version=seen).status_code == 303
    assert only_item(house).list == "front_desk"


def test_unread_words_cannot_leave_the_nurses_list(house: House, nora_: Browser, item: DeskItem, ana: Person) -> None:
    """P1, P13: she read of a knee; the emergency words that came meanwhile stay where nurses look, and hushed."""
    claims(nora_, item)
    reads(nora_, item)
    stale = version(nora_, item)
    ana.texts("my chest hurts and I cannot breathe")
    ana.reads("911")
    assert nora_.posts(address(item, "move"), to="front_desk", version=stale).status_code == 409
    refused = nora_.posts(address(item, "move"), to="front_desk", version=version(nora_, item))
    assert refused.status_code == 409
    assert "There are words that you have not read" in refused.text
    reads(nora_, item)
    assert nora_.posts(address(item, "move"), to="front_desk", version=stale).status_code == 409, "a stale page"
    assert (only_item(house).list, only_item(house).hushed_at is not None) == ("nurses", True)
