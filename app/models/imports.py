"""What was taken in from files: each row once, and again only when the file says something else."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Imported(Base):
    """A row of a file, by the number that it has in the practice's own system."""

    __tablename__ = "imported"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)  # appointment:<id there> or encounter:<id there>
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))  # keyed, of the row as it was taken in last
    target_id: Mapped[int | None]  # the appointment or encounter it became
    at: Mapped[datetime] = mapped_column(UtcDateTime)
