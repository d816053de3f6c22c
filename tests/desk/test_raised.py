"""Items that grow graver under a claim, and items about nobody (P7, H14)."""

from datetime import timedelta

import pytest

from app import db
from app.models.records import Entry
from escalation_desk import items
from tests.desk.desk import address, claims, closes, only_item, version
from tests.house import House
from tests.people import Colleague, Person
from tests.web.browsing import signed_in


def test_crisis_words_shorten_the_lease_and_ring_at_once(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    (item,) = nora.sees()
    nora.claims(item)
    ana.texts("I want to die")
    ana.reads("988")
    graver = only_item(house)
    assert graver.owner_id == nora.id
    assert graver.lease_until == house.clock() + timedelta(minutes=10)
    assert graver.next_step_at == house.clock()


@pytest.mark.slow
def test_a_lease_that_ends_sooner_is_not_made_longer(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    (item,) = nora.sees()
    nora.claims(item)
    ends = only_item(house).lease_until
    house.clock.passes(minutes=25)
    ana.texts("I want to die")
    ana.reads("988")
    assert only_item(house).lease_until == ends


def test_what_comes_over_to_the_nurses_rings_at_once(house: House, ana: Person, fran: Colleague) -> None:
    """The front desk's half hour is not the nurses'."""
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    (item,) = fran.sees("front_desk")
    fran.claims(item)
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    raised = only_item(house)
    assert (raised.list, raised.state, raised.lease_until) == ("nurses", "open", None)
    assert raised.next_step_at == house.clock()


@pytest.mark.slow
def test_a_task_about_nobody_can_be_seen_and_closed(house: House) -> None:
    """A kept text that nobody can read has neither number nor patient; it is the nurses' all the same (P4)."""
    with db.transaction("tests.about_nobody") as session:
        assert items.raise_task(session, "spool:SM1", "spool_file_broken", None, list_name="nurses")
    with db.transaction("tests.about_nobody") as session:
        assert not items.raise_task(session, "spool:SM1", "spool_file_broken", None, list_name="nurses")
    nora = signed_in(house, "nora", "nurse")
    shown = nora.page("/desk/nurses")
    assert "A text kept while the record was away cannot be read" in shown
    assert "The practice" in shown
    item = only_item(house)
    claims(nora, item)
    page = nora.page(address(item))
    assert "What is to be done" in page
    assert "Reply by text" not in page
    assert "Cannot be texted" not in page
    moved = nora.posts(address(item, "move"), to="front_desk", version=version(nora, item))
    assert moved.status_code == 303
    claims(nora, item)
    assert closes(nora, item, "nothing_to_do") == 303
    story = [entry.kind for entry in house.rows_of(Entry) if entry.stream == "practice"]
    assert story == ["task_raised", "claimed", "called_administrative", "claimed", "closed"]
