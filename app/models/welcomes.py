"""Welcomes: the first text to somebody who has agreed to texts, once for each patient and number."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Welcome(Base):
    """That a patient is to be told who we are and how to stop us; what became of it, and why."""

    __tablename__ = "welcome"
    __table_args__ = (
        UniqueConstraint("patient_id", "contact_point_id"),
        CheckConstraint("state in ('waiting', 'begun', 'dropped')", name="state"),
        Index("ix_welcome_waiting", "not_before", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    source: Mapped[str] = mapped_column(String(6))  # form | import
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(40))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when staff wanted it
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
