"""Proxies: people who may speak for a patient, and what they may hear."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

MAY_HEAR = ("visits", "everything")


class Proxy(Base):
    """Somebody whom a patient, or the law, lets speak for her; `ended_at`: until when."""

    __tablename__ = "proxy"
    __table_args__ = (
        CheckConstraint(f"may_hear in {MAY_HEAR}", name="may_hear"),
        Index("ix_proxy_patient_id", "patient_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    name: Mapped[str] = mapped_column(Sealed("proxy.name"))
    relation: Mapped[str] = mapped_column(Sealed("proxy.relation"))
    number: Mapped[str | None] = mapped_column(Sealed("proxy.number"))  # E.164, for people to dial
    may_hear: Mapped[str] = mapped_column(String(10))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
