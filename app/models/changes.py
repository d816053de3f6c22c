"""What has become of visits, for the practice's own system: one row for each change that somebody must enter there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class VisitChange(Base):
    """A visit was booked, moved or cancelled in Handrail; beside it stands the task to enter it, under the same key.
    `was_…`: where a moved one lay."""

    __tablename__ = "visit_change"
    __table_args__ = (CheckConstraint("what in ('booked', 'moved', 'cancelled')", name="what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)  # ehr:<appointment>:v<version>
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    what: Mapped[str] = mapped_column(String(9))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    was_provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    was_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    was_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
