"""Pauses: outreach of one sort that a manager has stopped, with the reason and the name."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

PURPOSES = ("everything", "reminders", "check_ins", "recalls", "follow_ups", "offers")
_STANDS = text("ended_at is null")


class Pause(Base):
    """While it stands no such text leaves; at most one stands for a purpose."""

    __tablename__ = "pause"
    __table_args__ = (
        CheckConstraint(f"purpose in {PURPOSES}", name="purpose"),
        Index("uq_pause_standing", "purpose", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Sealed("pause.reason"))
    begun_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: it stands
