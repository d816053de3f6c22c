"""Desk items: what people must look at, and the words that brought it to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

LISTS = ("nurses", "front_desk")
_OPEN = text("state <> 'closed'")


def stream_of(contact_point_id: int | None, patient_id: int | None) -> str:
    """Where an item's story is written: the number's stream; without a number the patient's; else the practice's."""
    if contact_point_id is not None:
        return f"number:{contact_point_id}"
    return f"patient:{patient_id}" if patient_id is not None else "practice"


class DeskItem(Base):
    """One matter on the nurses' list (an escalation) or the front desk's (a task).

    `opened_at` is its age and never moves; a claim is a lease; `hushed_at` holds all outreach back (P13).
    """

    __tablename__ = "desk_item"
    __table_args__ = (
        CheckConstraint(f"list in {LISTS}", name="list"),
        CheckConstraint("state in ('open', 'claimed', 'closed')", name="state"),
        Index("uq_desk_item_open_words", "contact_point_id", unique=True,
              sqlite_where=text("state <> 'closed' and kind = 'words'"),
              postgresql_where=text("state <> 'closed' and kind = 'words'")),
        Index("ix_desk_item_waiting", "list", "rank", "opened_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_desk_item_opened_at", "opened_at"),
        Index("ix_desk_item_contact_point_id", "contact_point_id"),
        Index("ix_desk_item_patient_id", "patient_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    list: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(8))  # words (a patient wrote) | task (something is to be done)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)  # a task's reason, so that it is raised once
    reason: Mapped[str] = mapped_column(String(40))
    rank: Mapped[int] = mapped_column(default=1)  # practice rule: 0 crisis and emergency words, 1 everything else
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_point.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="open")
    hushed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when; None: outreach may go
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_step_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    step: Mapped[int] = mapped_column(default=0)
    unanswered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when the ladder was climbed in vain
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who gave it to its owner, not taken yet
    asked_provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))  # on whose word it rests
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # hers to let rest; counts while she has it
    times_opened: Mapped[int] = mapped_column(default=1)
    cannot_text: Mapped[bool] = mapped_column(default=False)  # "cannot be texted: call"
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disposition: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Sealed("desk_item.note"))
    version: Mapped[int] = mapped_column(default=1)

    @property
    def stream(self) -> str:
        return stream_of(self.contact_point_id, self.patient_id)


class DeskItemWords(Base):
    """An exchange that stands on an item: each on exactly one (invariant I2)."""

    __tablename__ = "desk_item_words"

    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), primary_key=True)
    desk_item_id: Mapped[int] = mapped_column(ForeignKey("desk_item.id"), index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a person had it on the screen
    also_wrote: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # {"conversation", "turn", "choice"}
    also_done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskDraft(Base):
    """Words that somebody typed on an item and has not sent; one for each box, hers alone."""

    __tablename__ = "desk_draft"
    __table_args__ = (UniqueConstraint("desk_item_id", "staff_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    desk_item_id: Mapped[int] = mapped_column(ForeignKey("desk_item.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    place: Mapped[str] = mapped_column(String(12))  # body | note | closing_note | task_note | why | rest_why | hand_why
    words: Mapped[str] = mapped_column(Sealed("desk_draft.words"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReplyTemplate(Base):
    """A reply that staff write again and again: the practice's own, in both languages, changed by a manager. It names
    facts in braces, and holds nothing of any patient."""

    __tablename__ = "reply_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60))  # for staff, in their language
    words_en: Mapped[str] = mapped_column(String(1600))
    words_es: Mapped[str] = mapped_column(String(1600))
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
