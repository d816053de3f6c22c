"""Processes that all want the same slots: each says which it got."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError

from app import clock, db, queue, sealing
from app.scheduling import slots
from tests.house import house_settings


def claim_all(address: str, redis_url: str, now: str, slot_ids: Sequence[int]) -> list[int]:
    """In a process of its own: take every slot that can be had, as it was first seen."""
    given = house_settings(DATABASE_URL=address)
    sealing.start(given.data_keys.get_secret_value(), given.index_key.get_secret_value())
    at = datetime.fromisoformat(now).astimezone(UTC)
    clock.use(lambda: at)
    queue.start(redis_url)
    db.start(address)
    won = [slot_id for slot_id in slot_ids if _claim(slot_id)]
    db.stop()
    return won


def _claim(slot_id: int) -> bool:
    while True:
        try:
            with db.transaction("tests.claim") as session:
                return slots.take(session, slot_id, 1)
        except OperationalError as error:  # its turn did not come in time: it asks again, as people do
            if db.gone(error) and db.engine().dialect.name != "sqlite":
                raise
