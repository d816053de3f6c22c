"""The daily sample: drawn once a day, judged once, and counted as an estimate only where chance drew it (H01, H09)."""

import json

import pytest

from app import db
from app.models.conversations import Exchange
from app.models.reviews import Proposal, Sampled
from escalation_desk import sampling
from escalation_desk.holding import Refused
from tests.house import House
from tests.people import Colleague, Person

pytestmark = pytest.mark.of_pages

pytestmark = pytest.mark.slow


def texts(house: House, person: Person, *bodies: str) -> None:
    for body in bodies:
        person.handset.texts(body)
        house.clock.passes(minutes=11)
    house.work()
    person.handset.reads()


def judges(nurse: Colleague, sampled_id: int, verdict: str) -> None:
    with db.transaction("tests.judges") as session:
        sampling.judge(session, sampled_id, nurse.id, verdict)


def figures(house: House) -> sampling.Figures:
    with db.reading("tests.figures") as session:
        return sampling.figures(session)


def test_a_day_is_drawn_from_once_it_is_over_and_once(house: House, ana: Person) -> None:
    """Ten at random of whatever was routine, and of the rest the nearest misses, each pair of words once."""
    texts(house, ana, *["thanks"] * 12, "please cancel", "yes", "please cancel", "my chest hurts", "blorp ziyxzz")
    assert sampling.draw_due() == 0, "the day is not over"
    house.becomes(house.on(1, 9))
    many = sampling.draw_due()
    drawn = house.rows(Sampled)
    assert sampling.draw_due() == 0
    assert len(drawn) == many <= 13
    assert {each.exchange_id for each in drawn} <= set(range(1, 16)), "routine ones only"
    assert [each.drawn for each in drawn].count("random") == 10
    texts(house, ana, *["thanks"] * 11, "please cancel")
    house.becomes(house.on(1, 9))
    sampling.draw_due()
    readings = {each.id: json.loads(each.reading or "{}") for each in house.rows(Exchange)}
    near = [readings[each.exchange_id]["nearest"] for each in house.rows(Sampled) if each.drawn == "nearest"]
    pairs = [(each["text"].casefold(), each["term"]) for each in near]
    assert pairs
    assert len(pairs) == len(set(pairs))


def test_days_the_ticker_stood_still_are_made_up_for(house: House, ana: Person) -> None:
    texts(house, ana, "thanks")
    house.becomes(house.on(3, 9))
    assert sampling.draw_due() == 1
    texts(house, ana, "thanks")
    house.becomes(house.on(9, 9))
    assert sampling.draw_due() == 0, "longer ago than a week"


def test_the_miss_rate_counts_what_chance_drew_with_its_bounds(house: House, ana: Person, nora: Colleague) -> None:
    texts(house, ana, *["thanks"] * 12, "please cancel")
    house.becomes(house.on(1, 9))
    sampling.draw_due()
    drawn = house.rows(Sampled)
    with db.reading("tests.next") as session:
        assert sampling.waiting(session) == len(drawn)
        first = sampling.next_one(session)
    assert first is not None
    assert first.id == drawn[0].id
    by_chance = [each for each in drawn if each.drawn == "random"]
    for each in by_chance[:9]:
        judges(nora, each.id, "right")
    judges(nora, by_chance[9].id, "missed")
    with pytest.raises(Refused, match="already"):
        judges(nora, by_chance[9].id, "right")
    found = figures(house)
    assert (found.random.hits, found.random.of) == (1, 10)
    assert (round(found.random.low, 3), round(found.random.high, 3)) == (0.018, 0.404)
    assert found.nearest.of == 0
    (proposal,) = house.rows(Proposal)
    assert (proposal.exchange_id, proposal.source) == (by_chance[9].exchange_id, "sample")
    assert [item.reason for item in nora.sees()] == ["should_have_come"]
    house.becomes(house.on(100, 9))
    assert figures(house).random.of == 0, "of the last ninety days"


def test_what_nurses_were_called_for_in_vain_is_counted_beside_it(
    house: House, ana: Person, rosa: Person, stranger: Person, nora: Colleague, fran: Colleague
) -> None:
    """H09: not what a colleague brought to them, nor what nobody has judged otherwise."""
    for person, words in ((ana, "my knee is swollen"), (rosa, "me duele la rodilla"), (stranger, "blorp")):
        person.texts(words)
        person.reads()
    (brought,) = fran.sees("front_desk")
    fran.moves(brought, "nurses")
    item = next(each for each in nora.sees() if each.patient_id == ana.patient_id)
    nora.claims(item)
    nora.reads_all(item)
    nora.moves(item, "front_desk")
    found = figures(house).alarms
    assert (found.hits, found.of) == (1, 2)
