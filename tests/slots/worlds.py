"""Every order of what can happen, each world looked at once: two orders that lead to the same world have the same
future, so what can follow is tried from one of them (decision 0062 holds the same of deaths)."""

import contextlib
import sqlite3
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from app import db
from tests.slots import ends, races
from tests.slots.ends import World
from tests.slots.races import AGAIN, Scene

Order = tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """A scene to come back to: its rows, the hour, and who has said what."""

    rows: sqlite3.Connection
    at: datetime
    said: tuple[list[tuple[str, str]], list[tuple[str, str]]]


def keep(scene: Scene) -> Moment:
    """On SQLite."""
    rows = sqlite3.connect(":memory:")
    with contextlib.closing(_file()) as file:
        file.backup(rows)
    return Moment(rows, scene.house.clock.at, deepcopy((scene.ana.said, scene.rosa.said)))


def restore(scene: Scene, moment: Moment) -> None:
    with contextlib.closing(_file()) as file:
        moment.rows.backup(file)
    _as_then(scene, moment)


def _file() -> sqlite3.Connection:
    return sqlite3.connect(str(db.engine().url.database))


def _as_then(scene: Scene, moment: Moment) -> None:
    scene.house.clock.at = moment.at
    scene.ana.said, scene.rosa.said = deepcopy(moment.said)


def explore(scene: Scene, longest: int, events: Collection[str] = tuple(races.EVENTS)) -> dict[World, Order]:
    """Let every event happen in every world that up to `longest` of them lead to, again and again the same one too; a
    shortest order to each world. Raises AssertionError with the order after which something is as it should not be."""
    first = ends.world(scene)
    met: dict[World, Order] = {first: ()}
    edge: list[tuple[Order, World, Moment]] = [((), first, keep(scene))]
    for _ in range(longest):
        edge = [each for order, before, moment in edge for each in _step(scene, order, before, moment, events, met)]
    return met


def _step(
    scene: Scene, order: Order, before: World, moment: Moment, events: Collection[str], met: dict[World, Order]
) -> list[tuple[Order, World, Moment]]:  # fmt: skip
    new = []
    for event in events:
        restore(scene, moment)
        after, now = (*order, event), look(scene, (*order, event), before)
        if now not in met:
            met[now] = after
            new.append((after, now, keep(scene)))
    return new


def look(scene: Scene, order: Order, before: World) -> World:
    """Let the last of an order happen; how things stand then. Raises AssertionError with the order."""
    heard = order[-1].endswith(AGAIN) and races.heard(scene, order[-1])
    races.happens(scene, order[-1])
    assert ends.flaws(scene) == [], order
    now = ends.world(scene)
    assert now == before or not heard, (order, "a text that came again has changed something")
    return now


def play(scene: Scene, order: Order) -> World:
    """One order from its beginning; the world it ends in."""
    now = ends.world(scene)
    for place in range(len(order)):
        now = look(scene, order[: place + 1], now)
    return now
