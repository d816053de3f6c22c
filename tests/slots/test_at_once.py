"""What happens at the same time on PostgreSQL ends as if it had happened in turn (P8, H41, H42, H47)."""

import itertools
import random
from collections.abc import Sequence
from contextlib import closing

import pytest

from tests.slots import ends, meeting, races, worlds
from tests.slots.races import Scene

ROUNDS, GUARDS = 50, 14
"""`GUARDS`: how many guarded statements an answer by text carries out, or nearly."""
PAIRS = list(itertools.combinations_with_replacement(races.EVENTS, 2))
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_some_pairs_at_once_end_as_one_after_the_other_would(scene: Scene) -> None:
    """Those that press most: who takes it beside who fills it by hand, takes it away, or brings it once more."""
    others = ("Rosa is booked by hand", races.CANCELLED, "the offer is withdrawn", "the slot is taken back")
    again = "Ana’s answer comes again"
    _race(scene, [("Ana takes it", each) for each in others] + [(again, again)], rounds=2)


@pytest.mark.prove
@pytest.mark.long(minutes=14)
@pytest.mark.timeout(3600)
def test_every_pair_at_once_ends_as_one_after_the_other_would(scene: Scene) -> None:
    """P8, H41, H47: half of the rounds while Ana is asked, half once Rosa is; each held at another pair of guards."""
    met = _race(scene, PAIRS, rounds=ROUNDS // 2)
    for event in ("the offer is withdrawn", "Rosa is offered it"):
        races.happens(scene, event)
    met += _race(scene, PAIRS, rounds=ROUNDS // 2)
    assert met > len(PAIRS) * ROUNDS // 5, f"only {met} rounds met at their guards"


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_five_hundred_orders_end_with_one_booking(scene: Scene) -> None:
    with closing(meeting.Beginning(scene)) as beginning:
        for order in races.drawn(500):
            beginning.again()
            worlds.play(scene, order)


def _race(scene: Scene, pairs: Sequence[tuple[str, str]], rounds: int) -> int:
    """Each pair, so many times. How often both stood at their guards at the same time."""
    drawn, met, odd = random.Random(8), 0, []  # noqa: S311  (no secret)
    with closing(meeting.Beginning(scene)) as beginning, meeting.held_at_guards():
        for pair in pairs:
            allowed: set[ends.World] = set()
            for order in (pair, pair[::-1], *_refused(pair)):
                _anew(scene, beginning, pair)
                worlds.play(scene, order)
                allowed.add(ends.stands(scene))
            for again, other in (pair, pair[::-1]):
                if again.endswith(races.AGAIN):
                    _anew(scene, beginning, pair)
                    _after(scene, again, other)
                    allowed.add(ends.stands(scene))
            for _ in range(rounds):
                _anew(scene, beginning, pair)
                at = drawn.randint(1, GUARDS), drawn.randint(1, GUARDS)
                met += meeting.together(scene, pair, at)
                odd += [(pair, at, each) for each in ends.flaws(scene)]
                if (now := ends.stands(scene)) not in allowed:
                    odd.append((pair, at, f"{now} is not one of {allowed}"))
        beginning.again()
    assert odd == []
    return met


def _anew(scene: Scene, beginning: meeting.Beginning, pair: tuple[str, str]) -> None:
    """From the beginning. The clock is everybody's: where a hold is over beside something else it has struck before."""
    beginning.again()
    if races.OVER in pair:
        races.hold_ends(scene)


def _after(scene: Scene, again: str, other: str) -> None:
    """What the carrier brings once more was her last text before `other` happened, which may be one of hers, too."""
    who = scene.ana if again.startswith("Ana") else scene.rosa
    last = who.said[-1:]
    worlds.play(scene, (other,))
    for key, words in last:
        races.deliver(who, key, words)


def _refused(pair: tuple[str, str]) -> list[tuple[str]]:
    """A form acts on the version that its page showed: at the same time as something else it may be refused (H45)."""
    return [(other,) for form, other in (pair, pair[::-1]) if form in races.BY_FORM]
