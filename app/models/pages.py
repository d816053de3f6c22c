"""Pages: each time that a member of staff was rung for what waits, or to see whether the telephone works."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Page(Base):
    """One page. Its text stands in the outbox; whoever sends back its `code` takes what it rang for. One that rang for
    nothing is a test."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_staff_id_rang_at", "staff_id", "rang_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outbound_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), unique=True)
    gathers: Mapped[bool] = mapped_column(default=False, server_default=false())  # speaks of all that waited then
    code: Mapped[str] = mapped_column(String(4))
    rang_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PageItem(Base):
    """An item that a page spoke of, or that joined it while nobody had answered it yet."""

    __tablename__ = "page_item"

    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), primary_key=True)
    desk_item_id: Mapped[int] = mapped_column(ForeignKey("desk_item.id"), primary_key=True, index=True)
    step: Mapped[int | None]  # the item's rung for which it counts; None: it was only spoken of
