"""What the invariants look at when everything is quiet: the tables, the carrier's ledger, and what lies around."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Base
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.models.records import Entry
from app.sealing import SealingError
from app.simulator.truth import Text, Truth

Row = TypeVar("Row", bound=Base)
Rule = Callable[["Evidence"], Iterable[str]]
"""A rule returns its violations as sentences that name ids, never words or numbers of a person (P11)."""

VISIT_CHANGES = ("appointment_moved", "appointment_cancelled", "visit_called_off", "visit_put_back")
"""What raises the version of an appointment."""


@dataclass(frozen=True)
class Evidence:
    """now: the practice's time. sends: whether texts may go at all. marks: what no log and no queue may hold;
    places: what is searched for it, by name."""

    session: Session
    truth: Truth
    now: datetime
    spool_dir: Path | None = None
    anchor_dir: Path | None = None
    sends: bool = True
    marks: Sequence[str] = ()
    places: Mapping[str, bytes] = field(default_factory=dict)

    def rows(self, table: type[Row], *where: object) -> list[Row]:
        """All rows of a table."""
        return list(self.session.scalars(select(table).where(*where)))  # type: ignore[arg-type]

    @cached_property
    def outbox(self) -> list[Outbound]:
        return sorted(self.rows(Outbound), key=lambda row: row.id)

    @cached_property
    def numbers(self) -> dict[int, str]:
        """The telephone number of each contact point that can be read."""
        found = {}
        for point_id in self.session.scalars(select(ContactPoint.id)):
            with suppress(SealingError):
                found[point_id] = self.session.scalars(select(ContactPoint.number).filter_by(id=point_id)).one()
        return found

    @cached_property
    def accepted(self) -> dict[str, list[Text]]:
        """What the carrier accepted from us, by the token in the address it reports to."""
        found: dict[str, list[Text]] = defaultdict(list)
        for text in self.truth.accepted:
            if text.direction == "outbound-api":
                found[token_of(text)].append(text)
        return found

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """The record by kind of entry, in order within each stream."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in sorted(self.rows(Entry), key=lambda entry: (entry.stream, entry.position)):
            found[entry.kind].append(entry)
        return found

    def counted(self, kind: str, detail: str) -> Counter[object]:
        """How many entries of a kind there are for each value of one detail."""
        return Counter(entry.details.get(detail) for entry in self.entries[kind])

    def heard(self, number: str, part: str) -> int:
        """How many texts with `part` in them the carrier took for a number, from us or as the door's answer."""
        return sum(text.to == number and part in text.body for text in self.truth.accepted)


def token_of(text: Text) -> str:
    """Our own token in the address that a text reports to; empty when it reports nowhere."""
    query = parse_qs(urlsplit(text.status_callback or "").query)
    return query.get("m", [""])[0]
