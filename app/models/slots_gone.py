"""Times that were given and were somebody else's in the EHR, and whether the patient knows (decisions 0064, 0097)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

STATES = ("waiting", "texted", "told", "call", "left")
AT_WORK = ("waiting", "texted")
"""What the ticker has still to do with: to tell her, to see what came of that."""
_AT_WORK = text(f"state in {AT_WORK}")


class SlotGone(Base):
    """One such time, by the key of the change that was to be entered. `version`: of her visit after the way back, which
    lies at its old hour again or is cancelled. `call`: a task says that somebody calls her; `left`: there is nobody to
    tell, or people have gone on with her since."""

    __tablename__ = "slot_gone"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_slot_gone_at_work", "state", sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    version: Mapped[int]
    gone_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the hour that was not there
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str | None] = mapped_column(String(40))  # why she waits, or is called
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
