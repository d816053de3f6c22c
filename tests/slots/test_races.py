"""No order and no simultaneity of what people, the clock and crashes do books anybody twice (H41, H42, H47)."""

import itertools
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import pytest

from app import db
from app.scheduling import putting_up
from app.scheduling.putting_up import Wanted
from tests.house import House
from tests.people import Colleague
from tests.screens.desk import one_database
from tests.slots import claiming, races, worlds
from tests.slots.races import Scene

LONGEST = 5


@one_database
def test_what_two_events_lead_to_ends_with_one_booking(scene: Scene) -> None:
    """A short look at what the proof below goes through; and four orders of five, played as they are."""
    beginning = worlds.keep(scene)
    met = worlds.explore(scene, 2)
    assert len(met) > 50, "hardly anything can happen any more"
    for order in races.drawn(4):
        worlds.restore(scene, beginning)
        worlds.play(scene, order)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@one_database
def test_all_orders_of_what_can_happen_end_with_one_booking(scene: Scene) -> None:
    """Each order of one to five events, the same one several times too: 575,000 of them, in the some thousand worlds
    that they lead to. That orders with the same world have the same future is looked at with 100 that are played."""
    beginning = worlds.keep(scene)
    met = worlds.explore(scene, LONGEST)
    for order in races.drawn(100):
        worlds.restore(scene, beginning)
        assert worlds.play(scene, order) in met, order


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
        for some in range(0, many, putting_up.MOST_AT_ONCE):
            wanted = Wanted(1, 1, None, starts[some : some + putting_up.MOST_AT_ONCE], timedelta(minutes=10))
            ids += putting_up.put_up(session, wanted, staff)
    asked = [(house.settings.database_url, redis_url, house.clock.at.isoformat(), ids)] * (claimers or processes)
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        won = pool.map(claiming.claim_all, *zip(*asked, strict=True))
        assert Counter(itertools.chain.from_iterable(won)) == Counter(ids)
