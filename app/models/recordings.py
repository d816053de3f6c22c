"""Messages that callers left after the tone: awaited at the carrier, fetched and sealed, removed there (H39)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

STATES = ("awaited", "fetched", "removed", "nothing")


class CallRecording(Base):
    """One offer to leave a message, written before the caller hears of it. `nothing`: she left none. `look_at`: when
    the carrier is asked next; None when there is nothing more to ask."""

    __tablename__ = "call_recording"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_call_recording_look_at", "look_at", sqlite_where=text("look_at is not null"),
              postgresql_where=text("look_at is not null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"), unique=True)
    desk_item_id: Mapped[int | None] = mapped_column(ForeignKey("desk_item.id"), index=True)  # of who listens to it
    state: Mapped[str] = mapped_column(String(7), default="awaited")
    carrier_id: Mapped[str | None] = mapped_column(String(34), unique=True)
    seconds: Mapped[int | None]
    sound: Mapped[str | None] = mapped_column(Sealed("call_recording.sound"))  # a WAV in base64; None: none yet, or old
    tries: Mapped[int] = mapped_column(default=0)  # that failed, in this state
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when somebody first had it played
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # at the carrier, as a second look showed
