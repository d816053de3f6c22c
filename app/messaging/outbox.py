"""Writing texts down before anything sends them: the outbox and its classes (P5, P9)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock, db, queue, timeline
from app.messaging import call_book
from app.models.outbox import Outbound
from app.settings import Settings
from dialogs.engine.segments import cost

MessageClass = Literal["safety", "reply", "outreach"]
FOUND = "found"
"""Stands for the name of a text that only the carrier remembers."""
AT_THE_DOOR = "at_the_door"
"""The same for a text that the door itself answered with while the database was away."""
UNDONE_WITHIN = timedelta(seconds=5)
"""So long a colleague's text waits, in which she may take it back; then it goes, whatever has become of her page."""
TAKEN_BACK = "taken_back"
"""Why such a text is withheld: nobody was to hear it after all."""
PAGE, PAGE_TAKEN = "page", "page_taken"
PAGES = (PAGE, PAGE_TAKEN)
"""Names of the texts that go to staff, from the paging number."""
PRIORITY: dict[MessageClass, int] = {"safety": 0, "reply": 1, "outreach": 2}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text to be sent. `key` says why, and is unique for ever: the same reason is never texted twice."""

    key: str
    message_class: MessageClass
    contact_point_id: int
    body: str
    language: str
    text_name: str
    patient_id: int | None = None
    staff_id: int | None = None
    conversation_id: int | None = None
    desk_item_id: int | None = None
    exchange_id: int | None = None
    appointment_id: int | None = None
    appointment_version: int | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """A text of ours as the carrier's list has it, that the record does not know, as after a restore."""

    carrier_id: str
    body: str
    sent_at: datetime
    state: str
    error_code: str


def post(session: Session, draft: Draft) -> int | None:
    """Write `draft` down; returns its row id, or None when its key was already used (said already)."""
    now = clock.now()
    values = {**draft.__dict__, "not_before": draft.not_before or now, "segments": cost(draft.body).segments}
    values |= {"priority": PRIORITY[draft.message_class], "channel": "sms", "state": "pending", "created_at": now}
    row_id = db.put(session, Outbound, {**values, "token": secrets.token_urlsafe(24), "attempts": 0})
    if row_id is None:
        return None
    _note_words(session, draft, row_id)
    queue.ring_later(session, "send", row_id)
    return row_id


def write_said(session: Session, draft: Draft, said_at: datetime) -> None:
    """Keep what was said past the outbox: whether it left is `unknown` until the carrier tells (P5, H48)."""
    values = {
        **draft.__dict__, "segments": cost(draft.body).segments, "not_before": said_at, "claimed_at": said_at,
        "created_at": clock.now(),
        "priority": PRIORITY[draft.message_class], "channel": "sms", "state": "unknown", "reason": AT_THE_DOOR,
    }  # fmt: skip
    row_id = db.put(session, Outbound, {**values, "token": secrets.token_urlsafe(24), "attempts": 1})
    if row_id is not None:
        _note_words(session, draft, row_id)
        note(session, draft.contact_point_id, row_id, "text_unknown", reason=AT_THE_DOOR)


def _note_words(session: Session, draft: Draft, row_id: int) -> None:
    timeline.append(
        session, timeline.of_number(draft.contact_point_id), "text_written", timeline.by_staff(draft.staff_id),
        words=draft.body, outbound=row_id, text=draft.text_name, message_class=draft.message_class,
    )  # fmt: skip


def write_down(session: Session, contact_point_id: int, found: Found) -> bool:
    """Keep a text of ours that only the carrier knows any more. False when it stands here already."""
    over = found.state in ("delivered", "failed")
    values = {
        "key": f"found:{found.carrier_id}", "message_class": "reply", "priority": PRIORITY["reply"], "channel": "sms",
        "contact_point_id": contact_point_id, "body": found.body, "segments": cost(found.body).segments, "language": "",
        "text_name": FOUND,
        "state": found.state, "token": secrets.token_urlsafe(24), "carrier_id": found.carrier_id, "attempts": 1,
        "not_before": found.sent_at, "created_at": found.sent_at, "claimed_at": found.sent_at,
        "sent_at": found.sent_at, "ended_at": found.sent_at if over else None, "error_code": found.error_code or None,
    }  # fmt: skip
    row_id = db.put(session, Outbound, values)
    if row_id is None:
        return False
    stream = timeline.of_number(contact_point_id)
    timeline.append(session, stream, "text_recovered", "carrier", words=found.body, outbound=row_id)
    if over:
        note(session, contact_point_id, row_id, f"delivery_{found.state}", code=found.error_code or None)
    return True


def sender(settings: Settings, *, is_page: bool) -> str:
    """From which of our numbers it goes: staff are rung from the paging number, if there is one."""
    return (settings.paging_from if is_page else "") or settings.twilio_from


def withdraw_outreach(session: Session, contact_point_id: int, reason: str, patient_id: int | None = None) -> None:
    """Take back what has not left yet and nobody asked for, texts and calls (opt-out, death, hush); with `patient_id`
    only what is about that patient, since others may share the number (H25)."""
    call_book.withdraw(session, contact_point_id, reason, patient_id)
    whose = [Outbound.contact_point_id == contact_point_id]
    if patient_id is not None:
        whose.append(Outbound.patient_id == patient_id)
    withheld = session.scalars(
        update(Outbound)
        .where(*whose, Outbound.state == "pending", Outbound.message_class == "outreach")
        .values(state="withheld", reason=reason, ended_at=clock.now())
        .returning(Outbound.id)
    ).all()
    for row_id in withheld:
        note(session, contact_point_id, row_id, "text_withheld", reason=reason)


def automatic_replies_since(session: Session, contact_point_id: int, since: datetime) -> int:
    """How many replies the agent itself wrote to this number (courtesy limit, hazard H54)."""
    query = select(func.count()).where(
        Outbound.contact_point_id == contact_point_id,
        Outbound.created_at > since,
        Outbound.message_class == "reply",
        Outbound.staff_id.is_(None),
    )
    return session.scalar(query) or 0


def note(session: Session, contact_point_id: int, outbound_id: int, kind: str, **details: Any) -> None:
    """Write into the number's stream what became of an outbound."""
    actor = "carrier" if kind.startswith("delivery_") else "agent"
    timeline.append(session, timeline.of_number(contact_point_id), kind, actor, outbound=outbound_id, **details)
