"""Opening a conversation: the first question, how long it is waited for, and the line in the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.library import versions
from app.messaging import call_book, outbox
from app.models.conversations import Conversation, ConversationVisit
from app.models.patients import Patient
from app.scheduling import booking, offers
from app.talk import ends, matters, reply_numbers, saying
from dialogs.engine import turn
from dialogs.engine.model import Dialog

WELCOME = "welcome"
"""The least of all that we begin: any other question ends it."""


@dataclass(frozen=True)
class Opening:
    """What a conversation is opened with; `key` is the outreach's reason, said once for ever. An appointment belongs
    to a dialog that is about one, and only to that; so does an offer."""

    key: str
    dialog: str
    contact_point_id: int
    patient: Patient
    appointment_id: int | None
    expires_at: datetime
    follow_up_id: int | None = None
    offer_id: int | None = None
    rings: bool = False  # asked by a call, not by a text
    beside: Sequence[int] = ()  # other visits of the same day, by id: then the dialog is about the day
    seats: Mapping[int, int] = field(default_factory=dict)  # of a shared phone every visit, by id, with its seat
    replies_to: int | None = None  # the exchange that it answers: then it need not wait for hours or budget

    @property
    def about(self) -> str:
        if self.offer_id is not None:
            return "offer"
        if self.seats:
            return reply_numbers.SHARED
        return "patient" if self.appointment_id is None else matters.DAY if self.beside else "appointment"


def open_one(session: Session, opening: Opening) -> int | None:
    """Begin a dialog with a number; None when the number has a live conversation already."""
    shelf = versions.in_force(session)
    version, dialog = shelf.dialogs[opening.dialog]
    if dialog.about != opening.about:
        raise ValueError(f"{dialog.name} is about a {dialog.about}")
    visit = booking.visit(session, opening.appointment_id) if opening.appointment_id is not None else None
    version_asked, now = visit.version if visit else None, clock.now()
    first = turn.begin(dialog)
    values = {
        "contact_point_id": opening.contact_point_id, "patient_id": opening.patient.id,
        "appointment_id": opening.appointment_id, "appointment_version": version_asked,
        "follow_up_id": opening.follow_up_id,
        "dialog": dialog.name, "dialog_version": version, "channel": "voice" if opening.rings else "sms",
        "language": opening.patient.language,
        "state": "live", "turn": 1, "misses": 0, "place": first.place.state if first.place else None,
        "asked_at": now, "answer_by": answer_by(dialog, visit, now),
        "silent_at": silent_at(dialog, first.place, now), "created_at": now,
    }  # fmt: skip
    row_id = db.put(session, Conversation, values)
    if row_id is None and _makes_way(session, opening):
        return open_one(session, opening)
    if row_id is None:
        return None
    for each in opening.seats or opening.beside:
        beside = {"appointment_id": each, "appointment_version": booking.version(session, each)}
        seat = {"seat": opening.seats.get(each)}
        db.put(session, ConversationVisit, {"conversation_id": row_id, **beside, **seat})
    conversation = Conversation(id=row_id, **values)  # only to word its first text: what was written need not be read
    if opening.offer_id is not None:
        offers.asked(session, opening.offer_id, row_id, opening.expires_at)
    if opening.rings:
        call_book.post(session, call_book.CallDraft(
            key=opening.key, contact_point_id=opening.contact_point_id, patient_id=opening.patient.id,
            conversation_id=row_id, appointment_id=opening.appointment_id, appointment_version=version_asked,
            expires_at=opening.expires_at,
        ))  # fmt: skip
    else:
        by_text(session, conversation, opening.key, first.says, opening.expires_at, opening.replies_to)
    note_down(session, conversation, "dialog_opened", "agent", dialog=dialog.name, version=version)
    return row_id


def _makes_way(session: Session, opening: Opening) -> bool:
    """Whether it was a welcome that waited, which any other question ends: she can ask for all of it herself."""
    live = select(Conversation.id).where(
        Conversation.contact_point_id == opening.contact_point_id, Conversation.state == "live",
        Conversation.dialog == WELCOME,
    )  # fmt: skip
    waits = session.scalar(live)
    if waits is None or opening.dialog == WELCOME:
        return False
    ends.end(session, waits, "gave_way")
    return True


def by_text(
    session: Session, conversation: Conversation, key: str, says: tuple[str, ...], expires_at: datetime,
    replies_to: int | None = None,
) -> None:  # fmt: skip
    """Write its first question to her, once for the `key`."""
    outbox.post(session, outbox.Draft(
        key=key, message_class="outreach" if replies_to is None else "reply",
        contact_point_id=conversation.contact_point_id, patient_id=conversation.patient_id,
        language=conversation.language, body=saying.words(session, conversation, says),
        text_name=says[0], conversation_id=conversation.id, appointment_id=conversation.appointment_id,
        appointment_version=conversation.appointment_version, expires_at=expires_at, exchange_id=replies_to,
    ))  # fmt: skip


def in_reply(session: Session, dialog: str, contact_point_id: int, patient_id: int, exchange_id: int) -> bool:
    """Begin a dialog about a patient as the answer to words; False when it cannot be begun, so that a person must."""
    if dialog not in versions.in_force(session).dialogs:
        return False  # activated before there was one
    opened = open_one(session, Opening(
        key=f"{dialog}:exchange:{exchange_id}", dialog=dialog, contact_point_id=contact_point_id,
        patient=session.get_one(Patient, patient_id), appointment_id=None,
        expires_at=clock.now() + saying.REPLY_LIFE, replies_to=exchange_id,
    ))  # fmt: skip
    return opened is not None


def silent_at(dialog: Dialog, place: turn.Place | None, now: datetime) -> datetime | None:
    silence = dialog.states[place.state].silence if place else None
    return now + silence.after if silence else None


def answer_by(dialog: Dialog, visit: booking.Visit | None, now: datetime) -> datetime:
    """Until the visit begins; after a visit, and without one, as long as the dialog says."""
    ahead = visit is not None and visit.starts_at > now
    return min(now + dialog.life, visit.starts_at) if visit and ahead else now + dialog.life


def note_down(session: Session, conversation: Conversation, kind: str, actor: str, **details: Any) -> None:
    timeline.append(
        session, timeline.of_number(conversation.contact_point_id), kind, actor, conversation=conversation.id, **details
    )
