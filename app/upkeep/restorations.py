"""Whether this database was loaded from a backup and not compared with the carrier yet: then nothing goes (H64)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, literal_column, select
from sqlalchemy.orm import Session

from app import db
from app.models.records import Restoration

REASON = "restored"

_rows = db.table_of(Restoration).c
_standing = exists(select(Restoration.id).where(Restoration.compared_at.is_(None)))
STANDING = select(literal_column("'hold'").label("what"), _rows.id, literal_column("NULL").label("word")).where(
    _rows.compared_at.is_(None)
)
"""The restorations that have not been compared yet; a part of what app.inbound.scene asks in one look."""


def standing(session: Session) -> Sequence[Restoration]:
    """The restorations that have not been compared yet: one, or more when a backup was itself made of such a record."""
    return session.scalars(select(Restoration).where(Restoration.compared_at.is_(None)).order_by(Restoration.id)).all()


def held(session: Session) -> bool:
    """Whether outreach, silences and dialogs stand still."""
    return bool(session.scalar(select(_standing)))


def nothing_held() -> ColumnElement[bool]:
    """The same as a condition, for whoever picks what may leave."""
    return ~_standing
