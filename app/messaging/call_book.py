"""Calls of ours, written down before anybody dials, and how far each has come: only forward (P5, H27, H53)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.calls import OutgoingCall

RANK: Mapping[str, int] = {
    "queued": 0, "sending": 0, "unknown": 0, "accepted": 1, "ringing": 2, "answered": 3,
    "completed": 4, "busy": 4, "no_answer": 4, "failed": 4, "canceled": 4,
}  # fmt: skip
"""What is withheld stands in none: it never left, and nothing is reported of it."""
UNDER_WAY = ("sending", "unknown", "accepted", "ringing", "answered")
ENDS = frozenset(state for state, rank in RANK.items() if rank == 4)
NOBODY_ANSWERED = ENDS - {"completed"}


@dataclass(frozen=True, kw_only=True)
class CallDraft:
    """A call to be made. `key` says why, and is unique for ever: nobody is rung twice for the same reason."""

    key: str
    contact_point_id: int
    expires_at: datetime
    patient_id: int | None = None
    conversation_id: int | None = None
    page_id: int | None = None
    desk_item_id: int | None = None
    not_before: datetime | None = None
    appointment_id: int | None = None
    appointment_version: int | None = None


def post(session: Session, draft: CallDraft) -> int | None:
    """Write `draft` down; returns its row id, or None when its key was already used."""
    now = clock.now()
    values = {**draft.__dict__, "state": "queued", "not_before": draft.not_before or now, "created_at": now,
              "attempts": 0}  # fmt: skip
    row_id = db.put(session, OutgoingCall, {**values, "looked_for": 0, "token": secrets.token_urlsafe(24)})
    if row_id is not None:
        note(session, draft.contact_point_id, row_id, "outgoing_queued")
    return row_id


def withdraw(session: Session, contact_point_id: int, reason: str, patient_id: int | None = None) -> None:
    """Take back what nobody has dialled yet (opt-out, death, hush); with `patient_id` only hers (H25). Nurses are
    called all the same."""
    whose = [
        OutgoingCall.contact_point_id == contact_point_id, OutgoingCall.state == "queued",
        OutgoingCall.conversation_id.is_not(None),
    ]  # fmt: skip
    if patient_id is not None:
        whose.append(OutgoingCall.patient_id == patient_id)
    withheld = session.scalars(
        update(OutgoingCall).where(*whose)
        .values(state="withheld", reason=reason, ended_at=clock.now(), came_of="not_reached")
        .returning(OutgoingCall.id)
    ).all()  # fmt: skip
    for row_id in withheld:
        note(session, contact_point_id, row_id, "outgoing_withheld", reason=reason)


def locked(session: Session, row_id: int) -> OutgoingCall:
    """A call by its row, locked; its number must be locked already."""
    return session.scalars(select(OutgoingCall).where(OutgoingCall.id == row_id).with_for_update()).one()


def of_token(session: Session, token: str) -> OutgoingCall | None:
    """The call of this token, locked; its number must be locked already."""
    return session.scalars(select(OutgoingCall).where(OutgoingCall.token == token).with_for_update()).one_or_none()


def move(session: Session, row: OutgoingCall, state: str, carrier_id: str, **more: Any) -> bool:
    """Take a locked row further, never back. False when it was there already, or beyond. The first carrier id stays: a
    second call of one row cannot be."""
    if row.state not in RANK or RANK[state] <= RANK[row.state] or row.carrier_id not in (None, carrier_id):
        return False
    was = row.state
    row.state, row.carrier_id, row.lease_until, row.looked_for = state, carrier_id, None, 0
    if state in ENDS:
        row.ended_at = clock.now()
    for name, value in more.items():
        setattr(row, name, value)
    session.flush()
    if was == "unknown":
        note(session, row.contact_point_id, row.id, "outgoing_found")
    note(session, row.contact_point_id, row.id, f"outgoing_{state}", code=row.error_code)
    return True


def note(session: Session, contact_point_id: int, row_id: int, kind: str, **details: Any) -> None:
    """Write into the number's stream what became of a call."""
    actor = "agent" if kind in BY_US else "carrier"
    timeline.append(session, timeline.of_number(contact_point_id), kind, actor, outgoing=row_id, **details)


BY_US = ("outgoing_queued", "outgoing_withheld", "outgoing_unknown", "outgoing_came_of", "outgoing_again")
