"""What people say of how texts were read: proposals for the word lists, and the daily sample."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

SOURCES = ("called_clinical", "marked", "sample")
STATES = ("open", "taken", "left")
DRAWN = ("random", "nearest")
VERDICTS = ("right", "missed")


class Proposal(Base):
    """A text that should have come to the nurses, once: is an entry of the word lists to be made of it?"""

    __tablename__ = "list_proposal"
    __table_args__ = (
        CheckConstraint(f"source in {SOURCES}", name="source"),
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_list_proposal_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), unique=True)
    source: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(5), default="open")
    entry: Mapped[str | None] = mapped_column(Sealed("list_proposal.entry"))  # the words that tell it, when taken
    kind: Mapped[str | None] = mapped_column(String(12))  # of clinical words: symptom, medication …
    why: Mapped[str | None] = mapped_column(Sealed("list_proposal.why"))  # when left
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Sampled(Base):
    """A routine text of one day that a nurse is asked to look at: was it right that a machine answered?"""

    __tablename__ = "sampled_text"
    __table_args__ = (
        CheckConstraint(f"drawn in {DRAWN}", name="drawn"),
        CheckConstraint(f"verdict in {VERDICTS}", name="verdict"),
        Index("ix_sampled_text_day", "day"),
        Index("ix_sampled_text_judged_at", "judged_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), unique=True)
    day: Mapped[date] = mapped_column(Date)  # the practice's
    drawn: Mapped[str] = mapped_column(String(8))
    verdict: Mapped[str | None] = mapped_column(String(8))
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
