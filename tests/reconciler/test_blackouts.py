"""Blackouts of every kind, one after the other: five minutes after each nothing is missing and nothing doubled (H59).

A failure prints its seed; `_blackouts` with that seed goes the same way again.
"""

import random
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import db
from app.inbound import outage
from app.messaging import outbox
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.simulator.faults import Fault
from app.watchers.reconciler import EVERY
from escalation_desk.models import DeskItem, DeskItemWords
from tests.house import House
from tests.journeys.test_outage import database_gone
from tests.people import Person, patient, phone
from tests.reconciler.carrier import PHOTO

CLINICAL = (
    "my chest hurts",
    "I want to die",
    "me duele mucho la cabeza",
    "ran out of my pills",
    "HELP",
    "1 but I feel dizzy",
)
REST = ("1", "2", "yes", "thanks", "what are your hours", "zxqv blorp", "STOP", "START", "gracias", "running late", "")
KINDS = ("host", "webhooks", "database", "both")
BACK_WITHIN = timedelta(minutes=5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_after_blackouts_nothing_is_missing_and_nothing_doubled(house: House, seed: int) -> None:
    """The same as below, in small."""
    _blackouts(house, seed, blackouts=4, messages=6, people=5)


@pytest.mark.prove
@pytest.mark.long(minutes=4)
@pytest.mark.timeout(3000)
def test_after_a_hundred_blackouts_of_a_hundred_texts_nothing_is_missing_and_nothing_doubled(house: House) -> None:
    _blackouts(house, 2026, blackouts=100, messages=100, people=60)


def _blackouts(house: House, seed: int, *, blackouts: int, messages: int, people: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (the same way again)
    known = [patient(house, f"Nr {number}", f"+1202557{number:04}") for number in range(people // 2)]
    phones = known + [phone(house, f"+1202558{number:04}") for number in range(people - len(known))]
    written: dict[str, bool] = {}
    for number in range(blackouts):
        kind = chance.choice(KINDS)
        written |= _blackout(house, chance, kind, phones, messages)
        missing = set(written) - _keys_after_return(house, chance)
        assert not missing, f"seed {seed}, blackout {number} ({kind}): {len(missing)} texts missing"
        house.clock.passes(hours=chance.uniform(0, 12))  # else each look into the list is at all of them
    _nothing_is_lost_or_doubled(house, written, f"seed {seed}")


def _blackout(house: House, chance: random.Random, kind: str, phones: list[Person], messages: int) -> dict[str, bool]:
    """One to sixty minutes in which people write; whether each text is clinical, by its MessageSid. `host`: nothing
    reaches us; `webhooks`: every other text does, some twice; `database`: the door answers alone; `both`: some texts do
    not even reach it."""
    times = sorted(chance.uniform(0, 60 * chance.uniform(1, 60)) for _ in range(messages))
    begins, written = house.clock.at, {}
    with database_gone(house) if kind in ("database", "both") else nullcontext():
        for at in times:
            house.clock.at = begins + timedelta(seconds=at)
            lost = kind == "host" or (kind in ("webhooks", "both") and chance.random() < 0.5)
            if lost:
                house.carrier.faults.arm(Fault.INBOUND_LOST)
            elif chance.random() < 0.2:
                house.carrier.faults.arm(Fault.INBOUND_TWICE)
            if chance.random() < 0.1:
                house.carrier.faults.arm(Fault.LIST_LATE)
            clinical = chance.random() < 0.5
            words, photos = chance.choice(CLINICAL if clinical else REST), int(chance.random() < 0.05)
            written[chance.choice(phones).handset.texts(words, media=[PHOTO] * photos)] = clinical or photos > 0
    return written


def _keys_after_return(house: House, chance: random.Random) -> set[str]:
    """What is in five minutes later, with a ticker that comes to its duties in any order; its list may fail once."""
    returned = house.clock.at
    if chance.random() < 0.3:
        house.carrier.faults.arm(Fault.LIST_BROKEN)
    directory = house.settings.spool_dir
    assert directory is not None
    rounds = [chance.uniform(0, EVERY)]
    while rounds[-1] + EVERY <= BACK_WITHIN.total_seconds():
        rounds.append(rounds[-1] + EVERY)
    for at in rounds:
        house.clock.at = returned + timedelta(seconds=at)
        duties = [lambda: _replay_all(directory), house.reconciler.run]
        for duty in chance.sample(duties, 2):
            duty()
    house.carrier.faults.clear()
    house.clock.at = returned + BACK_WITHIN
    with db.reading("tests.keys") as session:
        return set(session.scalars(select(Exchange.key)))


def _replay_all(directory: Path) -> None:
    """The ticker comes by every five seconds, and each of its rounds is short."""
    while outage.replay(directory):
        pass


def _nothing_is_lost_or_doubled(house: House, written: dict[str, bool], seed: str) -> None:
    rows = house.rows(Exchange)
    assert Counter(row.key for row in rows) == Counter(written.keys()), seed
    assert all(row.outcome for row in rows), seed
    on_desk = {words.exchange_id for words in house.rows_of(DeskItemWords)}
    items = {item.id: item for item in house.rows(DeskItem)}
    assert {row.id for row in rows if written[row.key]} <= on_desk, seed
    homes = {words.exchange_id: items[words.desk_item_id].list for words in house.rows_of(DeskItemWords)}
    assert {homes[row.id] for row in rows if written[row.key]} == {"nurses"}, seed
    assert all(row.outcome in ("escalation", "task", "consent") for row in rows if row.fetched_at is not None), seed
    texts = house.rows(Outbound, Outbound.exchange_id.is_not(None))
    told = Counter(row.exchange_id for row in texts)
    assert max(told.values(), default=0) <= 1, seed
    by_the_door = {row.exchange_id for row in texts if row.text_name == outbox.AT_THE_DOOR}
    assert {row.id for row in rows if "<Message>" in row.twiml} == by_the_door, seed
