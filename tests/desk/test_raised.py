"""Items that grow graver under a claim, and items about nobody (P7, H14)."""

from datetime import time, timedelta

import pytest

from app import db
from app.models.conversations import Exchange
from app.models.cover import Duty
from app.models.records import Entry
from app.on_call import climbing
from app.watchers import sweeper
from escalation_desk import items, rota
from tests.desk.desk import address, claims, closes, only_item, version
from tests.house import House
from tests.oncall.shift import NORAS
from tests.people import Colleague, Person, phone
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
    assert graver.lease_until == house.clock(), "no screen of hers is awake: the claim is over at once"
    assert graver.next_step_at == house.clock()


def test_whoever_has_an_item_looks_at_new_crisis_words_within_a_minute_or_they_ring(house: House, ana: Person) -> None:
    """By day, at a staffed desk; what she has looked at stays hers, and the next crisis words alarm her anew."""
    nora = signed_in(house, "nora", "nurse")
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read")
    item = only_item(house)
    with db.transaction("tests.on_call") as session:
        rota.set_phone(session, nora.staff_id, NORAS, None)
        for day in range(7):
            rota.enter(session, Duty(staff_id=nora.staff_id, place=1, weekday=day, begins=time(0), ends=time(0)))
    noras = phone(house, NORAS)
    for asleep, again in ((False, 1), (False, 2), (True, 3)):
        claims(nora, item)
        house.clock.passes(seconds=61 if asleep else 5)
        ana.texts("I want to die")
        ana.reads("988")
        _round(house)
        graver = only_item(house)
        if asleep:
            assert (graver.state, graver.owner_id) == ("open", None), "nobody is before that screen"
        else:
            assert "New words here: read them now" in nora.page(address(item))
            assert graver.lease_until == house.clock() + timedelta(minutes=1), again
            noras.nothing_more()
            if again == 1:
                newest = house.rows(Exchange)[-1].id
                nora.posts(address(item, "read"), newest=newest)
                assert only_item(house).lease_until == house.clock() + timedelta(minutes=10)
                assert "read them now" not in nora.page(address(item))
                house.clock.passes(minutes=2)
                _round(house)
                assert only_item(house).owner_id == nora.staff_id, "she has read them"
                continue
            house.clock.passes(minutes=1)
            _round(house)
        noras.reads("Urgent. A message waits for a nurse.")
        ana.nothing_more()


def _round(house: House) -> None:
    sweeper.release_claims()
    climbing.climb()
    house.work()


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
