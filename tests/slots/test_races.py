"""No order and no simultaneity of what people, the clock and crashes do books anybody twice (H41, H42, H47)."""

import itertools
import multiprocessing
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta

import pytest

from app import db
from app.scheduling import slots
from app.scheduling.slots import Wanted
from tests.house import House
from tests.people import Colleague, Person
from tests.slots import claiming, races

SAMPLE, LONGEST = 40, 5


def _orders(longest: int) -> list[tuple[str, ...]]:
    return [order for many in range(1, longest + 1) for order in itertools.permutations(races.EVENTS, many)]


def _play(house: House, staff: int, ana: Person, rosa: Person, orders: list[tuple[str, ...]]) -> None:
    """Each order on a slot of its own, an hour after the last."""
    people = ((ana.patient_id or 0, 1), (rosa.patient_id or 0, 2))
    first = house.on(3, 6)
    for place, order in enumerate(orders):
        scene = races.begin(staff, people, _hour(first, place))
        for event in order:
            races.happens(scene, event)
        assert races.flaws(scene, order) == [], order
        _clear(scene)


def _hour(first: datetime, place: int) -> datetime:
    """Two months apart from all that earlier orders have left."""
    return first + timedelta(days=60 * (place % 40), minutes=31 * (place // 40))


def _clear(scene: races.Scene) -> None:
    """Nobody is being offered anything, or waits, when the next begins."""
    races.happens(scene, "the offer is withdrawn")
    races.end_all(scene)


@pytest.mark.long
def test_some_orders_of_what_can_happen_end_with_one_booking(
    house: House, ana: Person, rosa: Person, freda: Colleague
) -> None:
    """A sample of all orders of up to five events, the same each time."""
    drawn = random.Random(8).sample(_orders(LONGEST), SAMPLE)  # noqa: S311  (no secret)
    _play(house, freda.id, ana, rosa, drawn)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_orders_of_what_can_happen_end_with_one_booking(
    house: House, ana: Person, rosa: Person, freda: Colleague
) -> None:
    """Each order of every one to four events, and 5,000 of those of five."""
    fives = list(itertools.permutations(races.EVENTS, LONGEST))
    drawn = random.Random(8).sample(fives, 5000)  # noqa: S311  (no secret)
    _play(house, freda.id, ana, rosa, [*_orders(4), *drawn])


@pytest.mark.slow
def test_of_many_who_claim_one_wins_each_slot(house: House, freda: Colleague, valkey_url: str) -> None:
    """Two processes, each of which wants all."""
    _claim(house, freda.id, valkey_url, many=12, processes=2)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_of_eight_claimers_in_four_processes_one_wins_each_of_a_thousand(
    house: House, freda: Colleague, valkey_url: str
) -> None:
    _claim(house, freda.id, valkey_url, many=1000, processes=4, claimers=8)


def _claim(house: House, staff: int, redis_url: str, *, many: int, processes: int, claimers: int | None = None) -> None:
    starts = [house.on(2, 0) + timedelta(minutes=10 * each) for each in range(many)]
    ids = []
    with db.transaction("tests.many") as session:
        for some in range(0, many, slots.MOST_AT_ONCE):
            wanted = Wanted(1, 1, None, starts[some : some + slots.MOST_AT_ONCE], timedelta(minutes=10))
            ids += slots.put_up(session, wanted, staff)
    asked = [(house.settings.database_url, redis_url, house.clock.at.isoformat(), ids)] * (claimers or processes)
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        won = pool.map(claiming.claim_all, *zip(*asked, strict=True))
        assert Counter(itertools.chain.from_iterable(won)) == Counter(ids)
