"""Moves of a whole day: what staff said, and each visit that it concerns."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

STATES = ("listed", "moved", "texted", "told", "call", "back", "left", "undone")
AT_WORK = ("listed", "moved", "texted", "back")
"""What the ticker has still to do with: to move it, to tell its patient, to see what came of that, to move it back."""
_LISTED = text("state = 'listed'")
_AT_WORK = text(f"state in {AT_WORK}")


class DayMove(Base):
    """A provider's day, everywhere or in one place, moved to another day or by some minutes; `key` is the form's, so
    that two presses are one."""

    __tablename__ = "day_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    day: Mapped[date] = mapped_column(Date)  # on the wall of each place
    to_day: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int]  # later, or earlier below zero
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DayMoveVisit(Base):
    """One visit of that day. `version`: as staff saw it, one more once it was moved. `left`: it stands where it was, or
    where others have put it since; `call`: a task says that somebody tells the patient."""

    __tablename__ = "day_move_visit"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("uq_day_move_visit_listed", "appointment_id", unique=True, sqlite_where=_LISTED,
              postgresql_where=_LISTED),
        Index("ix_day_move_visit_at_work", "state", sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    day_move_id: Mapped[int] = mapped_column(ForeignKey("day_move.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    version: Mapped[int]
    was_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(6), default="listed")
    reason: Mapped[str | None] = mapped_column(String(40))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))  # by which she is told
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
