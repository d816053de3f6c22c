"""Pages: each time that a member of staff was rung for an item, or to see whether the telephone works."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Page(Base):
    """One page. Its text stands in the outbox; whoever sends back its `code` takes the item."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_staff_id_rang_at", "staff_id", "rang_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    desk_item_id: Mapped[int | None] = mapped_column(ForeignKey("desk_item.id"), index=True)  # None: a test
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outbound_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), unique=True)
    step: Mapped[int]  # the item's, when it rang
    code: Mapped[str] = mapped_column(String(4))
    rang_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
