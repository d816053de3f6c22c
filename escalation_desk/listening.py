"""A message that was left on a call, as whoever has its item hears it; every playing is written down (H39)."""

import base64
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, timeline
from app.models.recordings import CallRecording
from escalation_desk.models import DeskItem


class Left(NamedTuple):
    """seconds: how long it is; kept: its sound is still here; heard: somebody had it played."""

    seconds: int
    kept: bool
    heard: bool


def left(session: Session, item_id: int) -> Left | None:
    """The message on an item, if one is."""
    row = CallRecording
    query = select(row.seconds, row.fetched_at.is_not(None) & row.sound.is_not(None), row.heard_at.is_not(None))
    found = session.execute(query.where(row.desk_item_id == item_id)).one_or_none()
    return Left(found[0] or 0, bool(found[1]), bool(found[2])) if found is not None else None


def play(session: Session, item: DeskItem, staff_id: int) -> bytes | None:
    """The sound, a WAV; None when there is none any more."""
    row = session.scalars(select(CallRecording).where(CallRecording.desk_item_id == item.id)).one_or_none()
    if row is None or row.sound is None:
        return None
    row.heard_at = row.heard_at or clock.now()
    session.flush()
    timeline.append(session, item.stream, "message_heard", timeline.by_staff(staff_id), item=item.id)
    return base64.b64decode(row.sound)
