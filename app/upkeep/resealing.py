"""Sealing anew: old values get the newest key by small batches, while traffic runs; no entry changes (H74)."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, LargeBinary, Select, bindparam, func, select, tuple_, type_coerce, update
from sqlalchemy.orm import Session

from app import db, sealing, timeline
from app.models.patients import ContactPoint
from app.sealing import Sealed, SealingError
from app.tables import metadata

WINDOW, BATCH = 1000, 100
"""Rows looked at, and rows locked at a time: neither comes near the limit of a statement, however large a table is."""
REST = 0.02
ROUNDS = 5
"""Rows that others had in their hands, or sealed with an older key meanwhile, are come back to this often."""
LONGEST_ID = 16
STRANGE = "?"

Keys = Sequence[Any]


class Place(NamedTuple):
    """A sealed column, and the columns under which its rows are found."""

    column: Any
    keys: tuple[Any, ...]

    @property
    def name(self) -> str:
        return str(self.column.type.place)


def places() -> list[Place]:
    """Every sealed column there is, from the tables themselves, so that none can be forgotten."""
    return [
        Place(column, tuple(table.primary_key.columns))
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]


def seal_all_anew() -> int:
    """Go over all columns until nothing is left that could be done; returns how many values were sealed anew. Safe to
    end and to begin again at any moment."""
    total = 0
    for _ in range(ROUNDS):
        done = sum(_seal_anew(place) for place in places())
        total += done
        if not done:
            break
    if total:
        with db.transaction("resealing.note") as session:
            key_id = sealing.keyring().sealing_id
            timeline.append(session, "practice", "sealed_anew", "agent", count=total, key=key_id)
    return total


def by_key() -> Counter[str]:
    """How many values there are by the id of their key; those that no key of ours opens count as STRANGE."""
    found: Counter[str] = Counter()
    for place in places():
        for window in _windows(place):
            found.update(key_id for key_id, _ in window)
    return found


def shut_places() -> list[str]:
    """Columns whose newest value opens with none of our keys, by name: one value of each is looked at."""
    with db.reading("resealing.sample") as session:
        newest = {place: db.run(session, _newest(place)).scalar() for place in places()}
    return [place.name for place, sealed in newest.items() if sealed is not None and not _opens(place, sealed)]


def index_fits() -> bool:
    """Whether the newest number is found by INDEX_KEY; True when there is none."""
    with db.reading("resealing.index") as session:
        point = session.scalars(select(ContactPoint).order_by(ContactPoint.id.desc()).limit(1)).first()
        return point is None or point.number_index == sealing.number_index(point.number)


def _seal_anew(place: Place) -> int:
    newest, done = sealing.keyring().sealing_id, 0
    for window in _windows(place):
        old = [keys for key_id, keys in window if key_id not in (newest, STRANGE)]
        for start in range(0, len(old), BATCH):
            began = time.monotonic()
            some = old[start : start + BATCH]
            with db.transaction("resealing.batch") as session:
                done += _batch(session, place, some)
                busy = _still_old(session, place, some)
            done += sum(_one(place, keys) for keys in busy)
            time.sleep(REST + 2 * (time.monotonic() - began))  # longer than it took: texts have their turn
    return done


def _windows(place: Place) -> Iterator[list[tuple[str, Keys]]]:
    """All rows with such a value, some at a time: the id of its key, and where the row is found."""
    front: ColumnElement[Any] = func.substr(_raw(place), 1, LONGEST_ID + 1, type_=LargeBinary())
    query = select(front, *place.keys).where(place.column.is_not(None)).order_by(*place.keys).limit(WINDOW)
    after: Keys | None = None
    while True:
        with db.reading("resealing.window") as session:
            beyond = query if after is None else query.where(tuple_(*place.keys) > tuple_(*after))
            rows = db.run(session, beyond).all()
        yield [(_key_id(row[0]), row[1:]) for row in rows]
        if len(rows) < WINDOW:
            return
        after = rows[-1][1:]


def _one(place: Place, keys: Keys) -> int:
    """A row that others had: waited for, while we hold no other."""
    try:
        with db.transaction("resealing.one") as session:
            return _batch(session, place, [keys], patient=True)
    except db.DATABASE_AWAY as error:
        if db.gone(error):
            raise
        return 0  # somebody has it for long; the next round comes back to it


def _batch(session: Session, place: Place, some: Sequence[Keys], *, patient: bool = False) -> int:
    """Seal what opens; what does not stays as it is. Rows that others have are passed over unless we are `patient`:
    waiting for one while holding others could end in a ring."""
    rows = db.run(session, _rows(place, some).with_for_update(skip_locked=not patient, key_share=True)).all()
    anew = [found for row in rows if (found := _anew(place, row[0], row[1:])) is not None]
    if anew:
        here = [key == bindparam(f"key_{number}") for number, key in enumerate(place.keys)]
        # bound as it is: the column's own type would seal it a second time
        values = {place.column.name: bindparam("anew", type_=LargeBinary())}
        db.run(session, update(place.column.table).where(*here).values(values), anew)
    return len(anew)


def _still_old(session: Session, place: Place, some: Sequence[Keys]) -> list[Keys]:
    """Which of these were passed over."""
    return [row[1:] for row in db.run(session, _rows(place, some)) if _anew(place, row[0], row[1:]) is not None]


def _rows(place: Place, some: Sequence[Keys]) -> Select[Any]:
    return select(_raw(place), *place.keys).where(tuple_(*place.keys).in_([tuple(keys) for keys in some]))


def _anew(place: Place, sealed: bytes, keys: Keys) -> dict[str, Any] | None:
    if _key_id(sealed) in (sealing.keyring().sealing_id, STRANGE):
        return None
    try:
        words = sealing.unseal(sealed, place.name)
    except SealingError:
        return None
    return {"anew": sealing.seal(words, place.name)} | {f"key_{number}": key for number, key in enumerate(keys)}


def _newest(place: Place) -> Select[Any]:
    """By its keys: for most tables that is the row that was written last."""
    return select(_raw(place)).where(place.column.is_not(None)).order_by(*(key.desc() for key in place.keys)).limit(1)


def _opens(place: Place, sealed: bytes) -> bool:
    try:
        sealing.unseal(sealed, place.name)
    except (SealingError, AttributeError):  # the latter: SQLite takes anything into a column
        return False
    return True


def _raw(place: Place) -> ColumnElement[Any]:
    return type_coerce(place.column, LargeBinary())


def _key_id(front: object) -> str:
    """The id in front of a value, which stands there in the clear. SQLite takes anything into a column."""
    key_id = front.partition(b":")[0].decode("ascii", "replace") if isinstance(front, bytes) else STRANGE
    return key_id if key_id in sealing.keyring().data_keys else STRANGE
