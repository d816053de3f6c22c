"""The on-call ladder: who is rung at each step for an item that nobody has taken, and how long is waited (P7). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

DESK_WAITS = {True: timedelta(minutes=2), False: timedelta(minutes=5)}
"""How long the staffed desk has, by whether it is crisis or emergency words."""
RUNG_WAITS = {True: timedelta(minutes=3), False: timedelta(minutes=5)}
"""How long each person on call has."""


STAFFED_PATIENCE = timedelta(minutes=15)
"""While the desk is staffed people are at work: so much longer is waited before the patient is told."""


@dataclass(frozen=True)
class Move:
    """One step up: `step` is where it stands then, `wait` the time until the next; `rings` the member of staff
    who is paged, if anybody is; `in_vain`: everybody was rung without an answer, or nobody can be."""

    step: int
    wait: timedelta
    rings: int | None
    in_vain: bool


def move(step: int, *, crisis: bool, staffed: bool, on_call: Sequence[int], reachable: Collection[int]) -> Move:
    """The next step for an item of which `step` were made. The first belongs to the desk while it is staffed; then
    everybody on call is rung in order, and after the last the first again, until somebody takes it. Who cannot be
    reached is passed over without a wait."""
    if step == 0 and staffed:
        return Move(1, DESK_WAITS[crisis], None, in_vain=False)
    place = max(step, 1) - 1
    for at in range(place, place + len(on_call)):
        who = on_call[at % len(on_call)]
        if who in reachable:
            return Move(at + 2, RUNG_WAITS[crisis], who, in_vain=at >= len(on_call))
    return Move(place + 2, RUNG_WAITS[crisis], None, in_vain=True)
