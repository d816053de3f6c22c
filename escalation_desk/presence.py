"""Who else has an item's page open: kept in Redis for as long as the page asks, lost with it without loss (point 3)."""

from datetime import timedelta
from typing import Any, cast

from app import clock, queue

STAYS = timedelta(seconds=40)
"""An item's page asks with each beat of its line, every 15 s (app.web.live); who missed two looks no more."""
KEPT = timedelta(minutes=10)


def look(item_id: int, staff_id: int, list_name: str) -> None:
    """This person's page of the item has asked; others who have it open are told when she is new there."""
    now = clock.now()
    seen: list[float | None] = [None]

    def note() -> None:
        pipe = queue.connection().pipeline(transaction=False)
        pipe.zscore(_key(item_id), str(staff_id))
        pipe.zadd(_key(item_id), {str(staff_id): now.timestamp()})
        pipe.expire(_key(item_id), KEPT)
        seen[0] = cast("float | None", pipe.execute()[0])

    if queue.attempt(note) and (seen[0] is None or seen[0] < (now - STAYS).timestamp()):
        queue.announce_now(list_name)


def others(item_id: int, staff_id: int) -> frozenset[int]:
    """Colleagues who have the item's page open, by their ids; none when Redis is away. Asked outside transactions."""
    found: list[Any] = []

    def ask() -> None:
        least, most = (clock.now() - STAYS).timestamp(), clock.beyond().timestamp()
        found.extend(cast("list[Any]", queue.connection().zrangebyscore(_key(item_id), least, most)))

    queue.attempt(ask)
    return frozenset(int(each) for each in found) - {staff_id}


def _key(item_id: int) -> str:
    return f"handrail:looking:{item_id}"
