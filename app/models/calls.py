"""Telephone calls with us: where each stands, and whether somebody still owes the caller a call."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class PhoneCall(Base):
    """One call, by the carrier's CallSid. `turn` counts the answers given; what was heard stands in its exchanges.

    `settled_as` says why nobody need call back by this row: None as long as nobody knows (app.calls.owed).
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        Index("ix_phone_call_unsettled", "heard_at", sqlite_where=text("settled_as is null"),
              postgresql_where=text("settled_as is null")),
        Index("ix_phone_call_contact_point_id", "contact_point_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    to_number: Mapped[str] = mapped_column(String(20))
    withheld: Mapped[bool] = mapped_column(default=False)  # no number that could be called back
    language: Mapped[str | None] = mapped_column(String(2))  # None: nobody knows yet, so both are spoken
    place: Mapped[str] = mapped_column(String(12))
    turn: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it last gave a sign of life
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_as: Mapped[str | None] = mapped_column(String(12))  # words | task | connected | withheld | answered
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))  # whose birth date was entered
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # birth dates entered in this call


class IdentityTry(Base):
    """A birth date entered on a call, counted for each patient who is behind the number it shows (H30)."""

    __tablename__ = "identity_try"
    __table_args__ = (Index("ix_identity_try_patient_id_at", "patient_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    right: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
